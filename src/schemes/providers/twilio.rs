//! Twilio, forms.

use super::prelude::*;
use std::collections::HashMap;

/// [Twilio](https://www.twilio.com/docs/usage/webhooks/webhooks-security), forms: base64 HMAC-SHA1 in
/// `X-Twilio-Signature`, over the URL and the form.
///
/// Signed: the full URL and the decoded parameters, sorted by name, each name right before its value. Not covered:
/// method, time, or any header, so there is no window. The delivery's id, `I-Twilio-Idempotency-Token`, is a
/// header, so anybody on the way can change it; it stays the same on a retry. `CallSid` and `MessageSid` name
/// objects. The secret is the account's auth token.
///
/// The URL is the public one with its query. Its port and the escapes of its query differ between Twilio's back
/// ends, so several forms of it are tried, as Twilio's own library does: without port, with the default port, and
/// both of these with the query escaped anew. A delivery with `bodySHA256` in its URL is refused: it is one for
/// [`TWILIO_JSON`](super::TWILIO_JSON).
///
/// What is signed is ambiguous: nothing separates the names and values of the parameters from one another or from
/// the URL. Whoever holds a signed delivery can move the end of a value into the next name, or parameters into the
/// query. [`public_url`](Recipe::public_url) keeps the URL out of that.
pub const TWILIO: Recipe = Recipe {
    name: Borrowed("twilio"),
    provider: provider(
        "Twilio (form)",
        "https://www.twilio.com/docs/usage/webhooks/webhooks-security",
        "method, time, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-twilio-signature", Base64)] }),
    content: Template::of(const { &[Part::UrlForm(WITHOUT_PORT), Part::Computed(PARAMETERS)] }),
    other_contents: Borrowed(
        const {
            &[
                Template::of(const { &[Part::UrlForm(WITH_PORT), Part::Computed(PARAMETERS)] }),
                Template::of(const { &[Part::UrlForm(ESCAPED_WITHOUT_PORT), Part::Computed(PARAMETERS)] }),
                Template::of(const { &[Part::UrlForm(ESCAPED_WITH_PORT), Part::Computed(PARAMETERS)] }),
                Template::of(const { &[Part::UrlForm(REWRITTEN_WITHOUT_PORT), Part::Computed(PARAMETERS)] }),
                Template::of(const { &[Part::UrlForm(REWRITTEN_WITH_PORT), Part::Computed(PARAMETERS)] }),
            ]
        },
    ),
    ambiguous: true,
    id: unsigned_header("i-twilio-idempotency-token"),
    ..NOTHING_ELSE
};

/// Sorted by name; each value of a name once, sorted too.
const PARAMETERS: Computed = Computed {
    name: "form_parameters",
    covers_body: true,
    is_bounded: false,
    compute: |delivery| {
        refuse_body_digest(delivery)?;
        let mut pairs = form::pairs(delivery.payload)?;
        pairs.sort_unstable();
        pairs.dedup();
        Ok(concatenated(&pairs).into())
    },
};

pub(super) const ESCAPED_WITHOUT_PORT: UrlForm = UrlForm {
    name: "escaped_url_without_port",
    write: |url| Some(url::without_port(&escaped(url)?)?.into_owned().into()),
};

pub(super) const ESCAPED_WITH_PORT: UrlForm =
    UrlForm { name: "escaped_url_with_port", write: |url| Some(url::with_port(&escaped(url)?)?.into_owned().into()) };

pub(super) const REWRITTEN_WITHOUT_PORT: UrlForm = UrlForm {
    name: "rewritten_url_without_port",
    write: |url| Some(url::without_port(&rewritten(url)?)?.into_owned().into()),
};

pub(super) const REWRITTEN_WITH_PORT: UrlForm = UrlForm {
    name: "rewritten_url_with_port",
    write: |url| Some(url::with_port(&rewritten(url)?)?.into_owned().into()),
};

/// As the URL standard has it. `None` where that is the URL as it is.
fn escaped(url: &str) -> Option<String> {
    let mut escaped = String::with_capacity(url.len());
    let mut in_query = false;
    for character in url.chars() {
        in_query |= character == '?';
        match character {
            '"' | '<' | '>' => {}
            '\'' if in_query => {}
            '^' | '`' | '{' | '}' if !in_query => {}
            _ => {
                escaped.push(character);
                continue;
            }
        }
        escaped.push_str(&url::escape(character.to_string().as_bytes(), b""));
    }
    (escaped != url).then_some(escaped)
}

/// With a query that Node's `querystring` has read and written. `None` where that is the URL as it is.
fn rewritten(url: &str) -> Option<String> {
    let (before, query) = url.split_once('?').filter(|(_, query)| !query.is_empty())?;
    let mut pairs = form::pairs(query.as_bytes()).ok()?;
    // All values of a name stand together there, where the first one was.
    let mut first = HashMap::new();
    for (position, (name, _)) in pairs.iter().enumerate() {
        first.entry(name.clone()).or_insert(position);
    }
    pairs.sort_by_key(|(name, _)| first.get(name).copied());
    let before = escaped(before).unwrap_or_else(|| before.to_owned());
    let rewritten = format!("{before}?{}", url::stringify_query(&pairs));
    (rewritten != url).then_some(rewritten)
}

/// A delivery of JSON has a digest of its body in the URL. Where a form is signed right behind the URL, text of the form
/// could become one, and so vouch for another body.
pub(super) fn refuse_body_digest(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    let url = delivery.recipe.url(delivery.head)?;
    if url::query(&url).split('&').any(|parameter| parameter.starts_with("bodySHA256=")) {
        let hint = "the URL holds a digest of the body, as deliveries of JSON have it";
        return Err(SchemeError::new(SchemeErrorKind::Malformed).hint(hint));
    }
    Ok(())
}
