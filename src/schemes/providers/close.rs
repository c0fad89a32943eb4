//! Close.

use super::prelude::*;

/// [Close](https://developer.close.com/topics/webhooks/): `{timestamp}{body}` with nothing between; bare hex
/// HMAC-SHA256 in `close-sig-hash`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Secret: signature_key is hex text; decode it and use the bytes. The key is
/// shown only once, when the subscription is made.
pub const CLOSE: Recipe = Recipe {
    name: Borrowed("close"),
    provider: provider(
        "Close",
        "https://developer.close.com/topics/webhooks/",
        "any header, the URL, the method",
        Some(Ours),
    ),
    proof: secret(HmacSha256, SecretEncoding::Hex),
    signatures: Borrowed(const { &[bare("close-sig-hash", Hex)] }),
    content: TIMESTAMP_BODY,
    timestamp: seconds(in_header("close-sig-timestamp"), 300),
    id: signed_json("/event/id"),
    kind: signed_json("/event/action"),
    ..NOTHING_ELSE
};
