//! Scalekit.

use super::prelude::*;

/// [Scalekit](https://github.com/scalekit-inc/scalekit-sdk-node) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
/// For interceptors the headers start with `interceptor-` instead.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in Scalekit's library. The secret is base64 after its last
/// `_`. A retry has the same id.
pub const SCALEKIT: Recipe = Recipe {
    name: Borrowed("scalekit"),
    provider: provider(
        "Scalekit",
        "https://github.com/scalekit-inc/scalekit-sdk-node",
        "any header but the id and the time",
        Some(Library),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterUnderscore),
    alternatives: Borrowed(const { &[INTERCEPTOR] }),
    ..STANDARD
};

const INTERCEPTOR: Recipe = Recipe {
    proof: secret(HmacSha256, SecretEncoding::Base64AfterUnderscore),
    signatures: Borrowed(const { &[standard_signature("interceptor-signature")] }),
    timestamp: seconds(in_header("interceptor-timestamp"), 300),
    id: signed_header("interceptor-id"),
    ..STANDARD
};
