//! Adyen (balance platform and management webhooks).

use super::prelude::*;

/// [Adyen](https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures), for its
/// platforms (balance, transfers, management): base64 HMAC-SHA256 of the body in `HmacSignature`.
///
/// Signed: the raw body, with the event's `type` in it. Not covered: time, or any header, so there is no window. The
/// secret is hex. No id of the event is known: `data.id` names the account or the transfer, and deduplicating on it
/// would lose events. Adyen's payment webhooks are signed in another way.
pub const ADYEN_PLATFORM: Recipe = Recipe {
    name: Borrowed("adyen_platform"),
    provider: provider(
        "Adyen (balance platform and management webhooks)",
        "https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures",
        "time, or any header",
        None,
    ),
    proof: secret(HmacSha256, SecretEncoding::Hex),
    signatures: Borrowed(const { &[bare("hmacsignature", Base64)] }),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
