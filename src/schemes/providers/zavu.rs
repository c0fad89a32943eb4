//! Zavu.

use super::prelude::*;

/// [Zavu](https://docs.zavu.dev/guides/receiving-messages/security): `{t}.{body}`; hex HMAC-SHA256 in item v1 of
/// `X-Zavu-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Id: Not checked in a primary source. Built like Stripe's header.
pub const ZAVU: Recipe = Recipe {
    name: Borrowed("zavu"),
    provider: provider(
        "Zavu",
        "https://docs.zavu.dev/guides/receiving-messages/security",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[items("x-zavu-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
