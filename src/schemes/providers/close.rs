//! Close.

use super::prelude::*;

/// [Close](https://developer.close.com/topics/webhooks/): hex HMAC-SHA256 in `close-sig-hash` over the time in
/// `close-sig-timestamp` and the body.
///
/// Signed: the digits of the time (Unix seconds), the raw body right after them; `event.id` and `event.action`, the
/// type, are in it. The action says what happened, `event.object_type` to what. Not covered: any other header. Close
/// names no window; five minutes both ways are this crate's choice. The secret is hex: the `signature_key` that Close
/// shows once, when you create the subscription.
pub const CLOSE: Recipe = Recipe {
    name: Borrowed("close"),
    provider: provider("Close", "https://developer.close.com/topics/webhooks/", "any header but the time", Some(Ours)),
    proof: secret(HmacSha256, SecretEncoding::Hex),
    signatures: Borrowed(const { &[bare("close-sig-hash", Hex)] }),
    content: TIMESTAMP_BODY,
    timestamp: seconds(in_header("close-sig-timestamp"), 300),
    id: signed_json("/event/id"),
    kind: signed_json("/event/action"),
    ..NOTHING_ELSE
};
