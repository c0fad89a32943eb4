//! Lark and Feishu, card callbacks.

use super::prelude::*;

/// [Lark and Feishu](https://github.com/larksuite/oapi-sdk-python), card callbacks: a plain SHA-1 in hex in
/// `X-Lark-Signature`, over the time in `X-Lark-Request-Timestamp`, `X-Lark-Request-Nonce`, the verification token
/// and the body.
///
/// Signed: the digits of the time (Unix seconds), the nonce, the secret and the raw body, with nothing in between.
/// Not covered: any other header. Lark names no window; five minutes both ways are this crate's choice. The secret
/// is the app's verification token; it is hashed with the rest, which is no HMAC. Lark sends that token in the
/// clear inside the bodies of events, so treat those as secret. There is neither id nor type.
pub const LARK_CARD: Recipe = Recipe {
    name: Borrowed("lark_card"),
    provider: provider(
        "Lark / Feishu (card callbacks)",
        "https://github.com/larksuite/oapi-sdk-python",
        "any header but the nonce and the time",
        Some(Ours),
    ),
    proof: secret(KeyedSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-lark-signature", Hex)] }),
    content: Template::of(
        const { &[Part::Timestamp, Part::Header(Borrowed("x-lark-request-nonce")), Part::Secret, Part::Body] },
    ),
    timestamp: seconds(in_header("x-lark-request-timestamp"), 300),
    ..NOTHING_ELSE
};
