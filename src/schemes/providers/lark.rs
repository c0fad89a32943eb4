//! Lark and Feishu, events.

use super::prelude::*;

/// [Lark / Feishu](https://github.com/larksuite/oapi-sdk-python): Time, nonce, encrypt key and body, plain SHA-256; hex in
/// `X-Lark-Signature`.
///
/// Not covered: any header but time and nonce. The time may be off by 5 minutes both ways, which is the choice of this
/// crate: the provider names no window. Secret: The encrypt key as UTF-8 text inside the message; no HMAC. Without an
/// encrypt key Lark signs nothing. With one the body is `{"encrypt": …}`, which is signed as received and yours to
/// decrypt: id and type, at `/header/event_id` and `/header/event_type`, are found in clear bodies alone. Card callbacks
/// are signed as [`LARK_CARD`](super::LARK_CARD) says.
pub const LARK: Recipe = Recipe {
    name: Borrowed("lark"),
    provider: provider(
        "Lark / Feishu",
        "https://github.com/larksuite/oapi-sdk-python",
        "any header but time and nonce",
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
