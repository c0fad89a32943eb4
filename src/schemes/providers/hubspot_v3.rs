//! HubSpot (v3).

use super::prelude::*;

/// [HubSpot (v3)](https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation):
/// Method, URL, body and time; base64 HMAC-SHA256 in `X-HubSpot-Signature-v3`.
///
/// Not covered: any header but the time. The time may be off by 5 minutes both ways, as its documentation asks; the
/// future bound is ours. Secret: The app's client secret as UTF-8 bytes. Id: The body is an array; eventId is per
/// element. The URL is the public one with its query. Twelve escapes in it are decoded before it is signed, such as
/// `%2F` and `%3F`: whether they were escaped, the signature does not say.
///
/// **Ambiguous**: nothing separates the values. With [`public_origin`](Recipe::public_origin), a body that is no JSON
/// object or array is refused, and so are brackets in the URL; so no end of one can be moved into the other.
pub const HUBSPOT_V3: Recipe = Recipe {
    name: Borrowed("hubspot_v3"),
    provider: provider(
        "HubSpot (v3)",
        "https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation",
        "any header but the time",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[bare("x-hubspot-signature-v3", Base64)] }),
    content: Template::of(const { &[Part::Method, Part::UrlForm(PARTLY_DECODED), Part::Body, Part::Timestamp] }),
    ambiguous: true,
    check: JSON_BESIDE_URL,
    timestamp: milliseconds(in_header("x-hubspot-request-timestamp"), 300),
    ..NOTHING_ELSE
};

const PARTLY_DECODED: UrlForm = UrlForm { name: "url_partly_decoded", write: |url| Some(partly_decoded(url)) };

/// In one pass, so that nothing is decoded twice.
fn partly_decoded(url: &str) -> Cow<'_, str> {
    let Some((first, rest)) = url.split_once('%') else { return url.into() };
    let mut decoded = first.to_owned();
    for after in rest.split('%') {
        let escape = DECODED.iter().find_map(|(escape, character)| Some((character, after.strip_prefix(escape)?)));
        let (character, text) = escape.unwrap_or((&"%", after));
        decoded.push_str(character);
        decoded.push_str(text);
    }
    decoded.into()
}

const DECODED: [(&str, &str); 12] = [
    ("3A", ":"),
    ("2F", "/"),
    ("3F", "?"),
    ("40", "@"),
    ("21", "!"),
    ("24", "$"),
    ("27", "'"),
    ("28", "("),
    ("29", ")"),
    ("2A", "*"),
    ("2C", ","),
    ("3B", ";"),
];
