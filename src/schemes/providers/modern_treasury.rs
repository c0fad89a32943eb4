//! Modern Treasury.

use super::prelude::*;

/// [Modern Treasury](https://docs.moderntreasury.com/platform/docs/verifying-webhooks): hex HMAC-SHA256 of the body in
/// `X-Signature`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the webhook key. The id
/// and the topic of an event come in headers that are not read; `event` in the body is the action alone. Modern
/// Treasury waits five seconds for an answer.
pub const MODERN_TREASURY: Recipe = Recipe {
    name: Borrowed("modern_treasury"),
    provider: provider(
        "Modern Treasury",
        "https://docs.moderntreasury.com/platform/docs/verifying-webhooks",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    ..NOTHING_ELSE
};
