//! Modern Treasury.

use super::prelude::*;

/// [Modern Treasury](https://docs.moderntreasury.com/platform/docs/verifying-webhooks): Hex HMAC-SHA256 of the raw body
/// in `X-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (webhook key). Id: A unique id comes in a header
/// whose name could not be read in the stored page (`X-Webhook-ID` by recollection): not used. Header and hex
/// confirmed. Answer 2xx within 5 s.
pub const MODERN_TREASURY: Recipe = Recipe {
    name: Borrowed("modern_treasury"),
    provider: provider(
        "Modern Treasury",
        "https://docs.moderntreasury.com/platform/docs/verifying-webhooks",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    ..NOTHING_ELSE
};
