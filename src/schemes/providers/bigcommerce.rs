//! BigCommerce.

use super::prelude::*;

/// [BigCommerce](https://developer.bigcommerce.com/docs/integrations/webhooks) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body; `scope`, the type, is in it. Not
/// covered: any other header. Five minutes both ways, as in the library that its documentation uses. The secret is the
/// app's client secret as it is shown: it is not base64. A retry has the same id; `hash` in the body does not name the
/// delivery.
pub const BIGCOMMERCE: Recipe = Recipe {
    name: Borrowed("bigcommerce"),
    provider: provider(
        "BigCommerce",
        "https://developer.bigcommerce.com/docs/integrations/webhooks",
        "any header but the id and the time",
        Some(Library),
    ),
    proof: HMAC_SHA256,
    kind: signed_json("/scope"),
    ..STANDARD
};
