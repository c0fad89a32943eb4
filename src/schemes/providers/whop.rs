//! Whop.

use super::prelude::*;

/// [Whop](https://docs.whop.com/developer/guides/webhooks) follows the [Standard Webhooks](super::STANDARD_WEBHOOKS):
/// `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in Whop's library. The secret is the key as it is shown:
/// it is not base64. A retry has the same id.
///
/// Older webhooks have `x-whop-signature: t=…,v1=…` instead, in hex, over the digits of `t` (Unix seconds), a dot and
/// the raw body, with the same window. No id and no type are known of them.
pub const WHOP: Recipe = Recipe {
    name: Borrowed("whop"),
    provider: provider(
        "Whop",
        "https://docs.whop.com/developer/guides/webhooks",
        "any header but the id and the time",
        Some(Library),
    ),
    proof: HMAC_SHA256,
    alternatives: Borrowed(const { &[LEGACY] }),
    ..STANDARD
};

const LEGACY: Recipe = Recipe {
    signatures: Borrowed(const { &[items("x-whop-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
