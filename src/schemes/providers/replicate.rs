//! Replicate.

use super::prelude::*;

/// [Replicate](https://replicate.com/docs/topics/webhooks/verify-webhook) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body. Not covered: any other header.
/// Replicate's library checks no time; five minutes both ways are this crate's choice. The secret is base64 after its
/// last `_`, so after `whsec_`. A retry has the same id; `id` in the body names the prediction, which sends several
/// events. No type is known.
pub const REPLICATE: Recipe = Recipe {
    name: Borrowed("replicate"),
    provider: provider(
        "Replicate",
        "https://replicate.com/docs/topics/webhooks/verify-webhook",
        "any header but the id and the time",
        Some(Ours),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterUnderscore),
    kind: None,
    ..STANDARD
};
