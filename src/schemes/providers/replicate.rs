//! Replicate.

use super::prelude::*;

/// [Replicate](https://replicate.com/docs/topics/webhooks/verify-webhook): `{id}.{timestamp}.{body}`; base64
/// HMAC-SHA256 in each `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, which
/// is the choice of this crate: the provider names no window. Secret: Base64 after an optional `whsec_` prefix. Kept on
/// a retry. The body is the prediction, whose `/id` names the object. The SDK ignores the version label.
pub const REPLICATE: Recipe = Recipe {
    name: Borrowed("replicate"),
    provider: provider(
        "Replicate",
        "https://replicate.com/docs/topics/webhooks/verify-webhook",
        "any header but id and timestamp, the URL, the method",
        Some(Ours),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterUnderscore),
    kind: None,
    ..STANDARD
};
