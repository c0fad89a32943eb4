//! HubSpot (v2).

use super::{hubspot_v1::version_is, prelude::*};

/// [HubSpot (v2)](https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation):
/// Client secret, method, URL and body, plain SHA-256; hex in `X-HubSpot-Signature`.
///
/// Not covered: any header, the time. Secret: The app's client secret as UTF-8 text before the message; no HMAC. So
/// **whoever sees one signature can sign longer content**, as with [`HUBSPOT_V1`](super::HUBSPOT_V1). Prefer
/// [`HUBSPOT_V3`](super::HUBSPOT_V3). `X-HubSpot-Signature-Version` is not signed: where it is there, it has to say v2.
///
/// **Ambiguous**: nothing separates URL and body. With [`public_origin`](Recipe::public_origin), a body that is no JSON
/// object or array is refused, and so are brackets in the URL; so no end of one can be moved into the other.
pub const HUBSPOT_V2: Recipe = Recipe {
    name: Borrowed("hubspot_v2"),
    provider: provider(
        "HubSpot (v2)",
        "https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation",
        "any header, the time",
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
