//! PayPal.

use super::prelude::*;

/// [PayPal](https://developer.paypal.com/api/rest/webhooks/rest/): an RSA signature (SHA-256) in base64 in
/// `PAYPAL-TRANSMISSION-SIG`.
///
/// Signed: `PAYPAL-TRANSMISSION-ID`, `PAYPAL-TRANSMISSION-TIME`, the webhook's id and the CRC-32 of the body, with `|`
/// in between. Not covered: the body. Anybody can make another one with the same checksum, so whoever captures a
/// delivery can send it with a body of their own: where money depends on it, ask PayPal's API whether the event is
/// true. `id` and `event_type` are as little signed. The time is not checked, so there is no window.
///
/// Set `webhook_id` to that of your endpoint, from the dashboard. The secret is the certificate (PEM) that
/// `PAYPAL-CERT-URL` leads to: fetch it yourself, once, from PayPal, and check its chain. A delivery whose
/// `PAYPAL-CERT-URL` is not of `paypal.com`, or which names another algorithm than `SHA256withRSA`, is refused.
pub const PAYPAL: Recipe = Recipe {
    name: Borrowed("paypal"),
    provider: provider(
        "PayPal",
        "https://developer.paypal.com/api/rest/webhooks/rest/",
        "the body but for a checksum, or any other header",
        None,
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha256),
    signatures: Borrowed(const { &[bare("paypal-transmission-sig", Base64)] }),
    content: Template::of(
        const {
            &[
                Part::Header(Borrowed("paypal-transmission-id")),
                text("|"),
                Part::Header(Borrowed("paypal-transmission-time")),
                text("|"),
                Part::Setting(Borrowed("webhook_id")),
                text("|"),
                Part::Computed(BODY_CRC32),
            ]
        },
    ),
    id: unsigned_json("/id"),
    kind: unsigned_json("/event_type"),
    settings: Borrowed(const { &[setting("webhook_id")] }),
    check: Some(Check(is_sha256_by_paypal)),
    ..NOTHING_ELSE
};

/// Anybody can make another body with the same checksum, so this covers nothing.
const BODY_CRC32: Computed = Computed {
    name: "body_crc32",
    covers_body: false,
    is_bounded: true,
    compute: |delivery| Ok(crc32fast::hash(delivery.payload).to_string().into_bytes().into()),
};

fn is_sha256_by_paypal(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    let header = |name| delivery.head.headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    let wrong = |hint: &'static str| SchemeError::new(SchemeErrorKind::Malformed).hint(hint);
    if header("paypal-auth-algo").is_some_and(|algorithm| algorithm != "SHA256withRSA") {
        return Err(wrong("only SHA256withRSA is taken"));
    }
    let url: Option<http::Uri> = header("paypal-cert-url").and_then(|url| url.parse().ok());
    let is_paypal = |url: &http::Uri| {
        url.scheme_str() == Some("https") && url.host().is_some_and(|host| host.ends_with(".paypal.com"))
    };
    if url.as_ref().is_some_and(is_paypal) { Ok(()) } else { Err(wrong("the certificate is not one of PayPal")) }
}
