//! HubSpot (v3).

use super::prelude::*;

/// [HubSpot](https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation),
/// version 3: base64 HMAC-SHA256 in `X-HubSpot-Signature-v3`, over the method, the URL, the body and the time in
/// `X-HubSpot-Request-Timestamp`.
///
/// Signed: the method, the URL, the raw body and the digits of the time (Unix milliseconds), with nothing in
/// between. Not covered: any other header. Five minutes back, as HubSpot's documentation asks; five ahead are this
/// crate's choice. The secret is the app's client secret. The body is an array, each element of which has its own
/// `eventId`; the delivery has none.
///
/// The URL is the public one with its query: say it with [`public_url`](Recipe::public_url) or
/// [`public_origin`](Recipe::public_origin). Twelve escapes in it are decoded before it is signed, such as `%2F`
/// and `%3F`: whether they were escaped, the signature does not say. What is signed is ambiguous, since nothing
/// separates the values. With `public_origin`, a body that is neither a JSON object nor an array is refused, and so
/// are brackets in the URL: so no end of one can be moved into the other.
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
