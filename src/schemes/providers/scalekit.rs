//! Scalekit.

use super::prelude::*;

/// [Scalekit](https://github.com/scalekit-inc/scalekit-sdk-node): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each
/// `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 of what follows the prefix up to and including its underscore. Kept on a retry.
/// Interceptors use the same scheme with `interceptor-id`, `interceptor-timestamp` and `interceptor-signature`.
pub const SCALEKIT: Recipe = Recipe {
    name: Borrowed("scalekit"),
    provider: provider(
        "Scalekit",
        "https://github.com/scalekit-inc/scalekit-sdk-node",
        "any header but id and timestamp, the URL, the method",
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
