//! HubSpot (v1).

use super::prelude::*;

/// [HubSpot](https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation),
/// version 1: a plain SHA-256 in hex in `X-HubSpot-Signature`, over the client secret and the body.
///
/// Signed: the secret, the raw body right after it. Not covered: method, URL, time, or any header, so there is no
/// window. The secret is the app's client secret. `X-HubSpot-Signature-Version` is not signed: where it is there,
/// it has to say `v1`. The body is an array, each element of which has its own `eventId`; the delivery has none.
///
/// This is no HMAC. With the secret at the start, whoever sees one signature can sign longer bodies: the original,
/// 0x80 and zero bytes, then anything. No JSON parser takes those; let none of yours stop at the end of the first
/// value. Prefer [`HUBSPOT_V3`](super::HUBSPOT_V3).
pub const HUBSPOT_V1: Recipe = Recipe {
    name: Borrowed("hubspot_v1"),
    provider: provider(
        "HubSpot (v1)",
        "https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation",
        "method, URL, time, or any header",
        None,
    ),
    proof: secret(KeyedSha256, Utf8),
    signatures: Borrowed(const { &[bare("x-hubspot-signature", Hex)] }),
    content: Template::of(const { &[Part::Secret, Part::Body] }),
    check: Some(Check(|delivery| version_is(delivery, "v1"))),
    ..NOTHING_ELSE
};

/// The header that names the version is not signed, so it must not choose one.
pub(super) fn version_is(delivery: Delivery<'_>, version: &'static str) -> Result<(), SchemeError> {
    match delivery.head.headers.get("x-hubspot-signature-version") {
        Some(other) if other != version => {
            Err(SchemeError::new(SchemeErrorKind::Malformed).hint("the signature is of another version"))
        }
        _ => Ok(()),
    }
}
