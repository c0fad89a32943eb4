//! Whop.

use super::prelude::*;

/// [Whop](https://docs.whop.com/developer/guides/webhooks): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each `v1,`
/// entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Kept on a retry. Older @whop/api webhooks use `x-whop-signature` with t and v1 items instead.
pub const WHOP: Recipe = Recipe {
    name: Borrowed("whop"),
    provider: provider(
        "Whop",
        "https://docs.whop.com/developer/guides/webhooks",
        "any header but id and timestamp, the URL, the method",
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
