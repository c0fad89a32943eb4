//! Lark and Feishu, events.

use super::prelude::*;

/// [Lark and Feishu](https://github.com/larksuite/oapi-sdk-python), events: a plain SHA-256 in hex in
/// `X-Lark-Signature`, over the time in `X-Lark-Request-Timestamp`, `X-Lark-Request-Nonce`, the encrypt key and the
/// body.
///
/// Signed: the digits of the time (Unix seconds), the nonce, the secret and the raw body, with nothing in between.
/// Not covered: any other header. Lark names no window; five minutes both ways are this crate's choice. The secret
/// is the encrypt key; it is hashed with the rest, which is no HMAC.
///
/// Without an encrypt key Lark signs nothing. With one the body is `{"encrypt": …}`, which is signed as received
/// and yours to decrypt: id and type, `header.event_id` and `header.event_type`, are found in clear bodies alone.
/// Card callbacks are signed as [`LARK_CARD`](super::LARK_CARD) says.
pub const LARK: Recipe = Recipe {
    name: Borrowed("lark"),
    provider: provider(
        "Lark / Feishu",
        "https://github.com/larksuite/oapi-sdk-python",
        "any header but the nonce and the time",
        Some(Ours),
    ),
    proof: secret(KeyedSha256, Utf8),
    signatures: Borrowed(const { &[bare("x-lark-signature", Hex)] }),
    content: Template::of(
        const { &[Part::Timestamp, Part::Header(Borrowed("x-lark-request-nonce")), Part::Secret, Part::Body] },
    ),
    timestamp: seconds(in_header("x-lark-request-timestamp"), 300),
    id: signed_json("/header/event_id"),
    kind: signed_json("/header/event_type"),
    ..NOTHING_ELSE
};
