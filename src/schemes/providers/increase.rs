//! Increase.

use super::prelude::*;

/// [Increase](https://increase.com/documentation/webhooks) follows the [Standard Webhooks](super::STANDARD_WEBHOOKS):
/// `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body. The type is `category` in it;
/// `type` always says `event`. Not covered: any other header. Five minutes both ways, as in Increase's library. The
/// secret is the key as it is shown: it is not base64. A retry has the same id.
pub const INCREASE: Recipe = Recipe {
    name: Borrowed("increase"),
    provider: provider(
        "Increase",
        "https://increase.com/documentation/webhooks",
        "any header but the id and the time",
        Some(Library),
    ),
    proof: HMAC_SHA256,
    kind: signed_json("/category"),
    ..STANDARD
};
