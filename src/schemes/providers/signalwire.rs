//! SignalWire.

use super::{prelude::*, twilio::refuse_body_digest};

/// [SignalWire](https://developer.signalwire.com/compatibility-api), compatibility API: base64 HMAC-SHA1 in
/// `X-SignalWire-Signature`, over the URL and the form.
///
/// Signed: the full URL and the decoded parameters, sorted by name, each name right before its value. JSON, which
/// comes with a digest of the body in the URL, is refused. Not covered: method, time, or any header, so
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

/// Sorted by name, the values of one name as they came.
const PARAMETERS: Computed = Computed {
    name: "form_parameters",
    covers_body: true,
    is_bounded: false,
    compute: |delivery| {
        refuse_body_digest(delivery)?;
        let mut pairs = form::pairs(delivery.payload)?;
        pairs.sort_by(|(first, _), (second, _)| first.cmp(second));
        Ok(concatenated(&pairs).into())
    },
};
