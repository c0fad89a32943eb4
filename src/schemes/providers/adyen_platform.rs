//! Adyen (balance platform and management webhooks).

use super::prelude::*;

/// [Adyen (balance platform and management
/// webhooks)](https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures): Base64
/// HMAC-SHA256 of the raw body in HmacSignature.
///
/// Not covered: time, URL, or any header. Secret: hex. Id: data.id names the account, transfer or other object. Header
/// name confirmed; a protocol header reads HmacSHA256. Payment webhooks are signed in another way
/// (additionalData.hmacSignature).
pub const ADYEN_PLATFORM: Recipe = Recipe {
    name: Borrowed("adyen_platform"),
    provider: provider(
        "Adyen (balance platform and management webhooks)",
        "https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures",
        "time, URL, or any header",
        None,
    ),
    proof: secret(HmacSha256, SecretEncoding::Hex),
    signatures: Borrowed(const { &[bare("hmacsignature", Base64)] }),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
