//! SignalWire.

use super::{prelude::*, twilio_json::body_is_in_url};

/// [SignalWire](https://developer.signalwire.com/compatibility-api), compatibility API: base64 HMAC-SHA1 in
/// `X-SignalWire-Signature`, over the URL and the form.
///
/// Signed: the full URL and the decoded parameters, sorted by name, each name right before its value. JSON comes
/// with a `bodySHA256` in the URL, which has to be the body's digest. Not covered: method, time, or any header, so
/// there is no window. The secret is the project's signing key. No id of the event is known: `CallSid` and
/// `MessageSid` name objects.
///
/// It is like [`TWILIO`](super::TWILIO), but repeated parameters are neither sorted nor de-duplicated, and the URL
/// is tried with and without its port alone. What is signed is ambiguous: nothing separates the names and values of
/// the parameters from one another or from the URL. Whoever holds a signed delivery can move the end of a value
/// into the next name, or parameters into the query. [`public_url`](Recipe::public_url) keeps the URL out of that.
pub const SIGNALWIRE: Recipe = Recipe {
    name: Borrowed("signalwire"),
    provider: provider(
        "SignalWire (compatibility)",
        "https://developer.signalwire.com/compatibility-api",
        "method, time, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-signalwire-signature", Base64)] }),
    content: Template::of(const { &[Part::UrlForm(WITHOUT_PORT), Part::Computed(PARAMETERS)] }),
    other_contents: Borrowed(
        const { &[Template::of(const { &[Part::UrlForm(WITH_PORT), Part::Computed(PARAMETERS)] })] },
    ),
    ambiguous: true,
    ..NOTHING_ELSE
};

/// Sorted by name, the values of one name as they came. Nothing, where the URL names the body's digest.
const PARAMETERS: Computed = Computed {
    name: "form_parameters",
    covers_body: true,
    is_bounded: false,
    compute: |delivery| {
        if url::query(&delivery.recipe.url(delivery.head)?).contains("bodySHA256=") {
            body_is_in_url(delivery)?;
            return Ok(Cow::default());
        }
        let mut pairs = form::pairs(delivery.payload)?;
        pairs.sort_by(|(first, _), (second, _)| first.cmp(second));
        Ok(concatenated(&pairs).into())
    },
};
