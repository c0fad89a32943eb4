//! Kontent.ai.

use super::prelude::*;

/// [Kontent.ai](https://kontent.ai/learn/docs/webhooks/webhooks/javascript): Base64 HMAC-SHA256 of the raw body in
/// `X-Kontent-ai-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (the secret looks like base64 but is used as text).
/// Id: A delivery is a batch of notifications; data.system.id names the content item. Header name confirmed. Bodies
/// hold CRLF line ends: never normalise.
pub const KONTENT_AI: Recipe = Recipe {
    name: Borrowed("kontent_ai"),
    provider: provider(
        "Kontent.ai",
        "https://kontent.ai/learn/docs/webhooks/webhooks/javascript",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-kontent-ai-signature", Base64)] }),
    ..NOTHING_ELSE
};
