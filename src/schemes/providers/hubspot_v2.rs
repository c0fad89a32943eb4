//! HubSpot (v2).

use super::{hubspot_v1::version_is, prelude::*};

/// [HubSpot](https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation),
/// version 2: a plain SHA-256 in hex in `X-HubSpot-Signature`, over the client secret, the method, the URL and the
/// body.
///
/// Signed: the secret, the method, the URL and the raw body, with nothing in between. Not covered: time, or any
/// header, so there is no window. The secret is the app's client secret. `X-HubSpot-Signature-Version` is not
/// signed: where it is there, it has to say `v2`.
///
/// This is no HMAC. Whoever sees one signature can sign longer content, as with [`HUBSPOT_V1`](super::HUBSPOT_V1).
/// Prefer [`HUBSPOT_V3`](super::HUBSPOT_V3).
///
/// The URL has to be said, with [`public_url`](Recipe::public_url) or [`public_origin`](Recipe::public_origin).
/// What is signed is ambiguous, since nothing separates URL and body. With `public_origin`, a body that is neither
/// a JSON object nor an array is refused, and so are brackets in the URL: so no end of one can be moved into the
/// other.
pub const HUBSPOT_V2: Recipe = Recipe {
    name: Borrowed("hubspot_v2"),
    provider: provider(
        "HubSpot (v2)",
        "https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation",
        "time, or any header",
        None,
    ),
    proof: secret(KeyedSha256, Utf8),
    signatures: Borrowed(const { &[bare("x-hubspot-signature", Hex)] }),
    content: Template::of(const { &[Part::Secret, Part::Method, Part::Url, Part::Body] }),
    ambiguous: true,
    check: Some(Check(|delivery| {
        version_is(delivery, "v2")?;
        json_beside_url(delivery)
    })),
    ..NOTHING_ELSE
};
