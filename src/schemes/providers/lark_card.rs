//! Lark and Feishu, card callbacks.

use super::prelude::*;

/// [Lark / Feishu (card callbacks)](https://github.com/larksuite/oapi-sdk-python): Time, nonce, verification token and
/// body, plain SHA-1; hex in `X-Lark-Signature`.
///
/// Not covered: any header but time and nonce. The time may be off by 5 minutes both ways, which is the choice of this
/// crate: the provider names no window. Secret: The app's verification token as UTF-8 text inside the message; no HMAC.
/// Lark sends that token in the clear inside the bodies of events, so treat those as secret. There is neither id nor
/// type.
pub const LARK_CARD: Recipe = Recipe {
    name: Borrowed("lark_card"),
    provider: provider(
        "Lark / Feishu (card callbacks)",
        "https://github.com/larksuite/oapi-sdk-python",
        "any header but time and nonce",
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
