//! Ably.

use super::prelude::*;

/// [Ably](https://ably.com/docs/platform/integrations/webhooks): base64 HMAC-SHA256 of the body in `X-Ably-Signature`,
/// with the API key that `X-Ably-Key` names.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. `X-Ably-Key` is not covered either,
/// but another key comes with another secret: pass a `TenantMap`, or a single secret after
/// [`fixed_key`](Recipe::fixed_key). The secret is the part of the API key after the colon. Ably signs batched requests
/// alone, so switch batching on. A batch holds several items and has no id or type of its own.
pub const ABLY: Recipe = Recipe {
    name: Borrowed("ably"),
    provider: provider("Ably", "https://ably.com/docs/platform/integrations/webhooks", "time, or any header", None),
    signatures: Borrowed(const { &[bare("x-ably-signature", Base64)] }),
    key_header: Some(Borrowed("x-ably-key")),
    ..NOTHING_ELSE
};
