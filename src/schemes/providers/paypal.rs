//! PayPal.

use super::prelude::*;

/// [PayPal](https://developer.paypal.com/api/rest/webhooks/rest/): Transmission id and time, webhook id and the body's
/// CRC-32; base64 RSA signature in PAYPAL-TRANSMISSION-SIG.
///
/// Not covered: the body but for its CRC-32; other headers. Secret: Certificate fetched from PAYPAL-CERT-URL; plus the
/// webhook's id from the dashboard. Bound only by the CRC-32, which anyone can match with another body. Pin the
/// certificate host to *.paypal.com and check the chain before use. With CRC-32 only, ask PayPal's verify API when
/// money is at stake. The setting `webhook_id` is that of your endpoint, from the dashboard. The secret is the
/// certificate (PEM) that `PAYPAL-CERT-URL` leads to: fetch it yourself, once, from `api.paypal.com`, and check its
/// chain.
pub const PAYPAL: Recipe = Recipe {
    name: Borrowed("paypal"),
    provider: provider(
        "PayPal",
        "https://developer.paypal.com/api/rest/webhooks/rest/",
        "the body but for its CRC-32; other headers",
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
