//! Kontent.ai.

use super::prelude::*;

/// [Kontent.ai](https://kontent.ai/learn/docs/webhooks/webhooks/javascript): base64 HMAC-SHA256 of the body in
/// `X-Kontent-ai-Signature`.
///
/// Signed: the raw body, line ends (CRLF) included. Not covered: time, or any header, so there is no window. The secret
/// is the key as it is shown, although it looks like base64. A delivery is a batch of notifications, which have neither
/// ids nor one type: `data.system.id` names the content item.
pub const KONTENT_AI: Recipe = Recipe {
    name: Borrowed("kontent_ai"),
    provider: provider(
        "Kontent.ai",
        "https://kontent.ai/learn/docs/webhooks/webhooks/javascript",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-kontent-ai-signature", Base64)] }),
    ..NOTHING_ELSE
};
