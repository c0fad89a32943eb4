//! Twilio, JSON.

use super::{
    prelude::*,
    twilio::{ESCAPED_WITH_PORT, ESCAPED_WITHOUT_PORT, REWRITTEN_WITH_PORT, REWRITTEN_WITHOUT_PORT},
};
use sha2::{Digest, Sha256};

/// [Twilio](https://www.twilio.com/docs/usage/webhooks/webhooks-security), JSON: base64 HMAC-SHA1 in
/// `X-Twilio-Signature`, over the URL, whose parameter `bodySHA256` binds the body.
///
/// Signed: the full URL, and by it the raw body: a delivery without `bodySHA256`, or with another digest than the
/// body's, is refused. Not covered: method, time, or any header, so there is no window. The delivery's id,
/// `I-Twilio-Idempotency-Token`, is a header, so anybody on the way can change it; it stays the same on a retry.
/// The secret is the account's auth token.
///
/// The URL is the public one with its query, in the same forms as for [`TWILIO`](super::TWILIO). It differs from
/// one delivery to the next, so [`public_origin`](Recipe::public_origin) is what goes with this.
pub const TWILIO_JSON: Recipe = Recipe {
    name: Borrowed("twilio_json"),
    provider: provider(
        "Twilio (JSON)",
        "https://www.twilio.com/docs/usage/webhooks/webhooks-security",
        "method, time, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-twilio-signature", Base64)] }),
    content: Template::of(const { &[Part::UrlForm(WITHOUT_PORT), Part::Computed(BODY_IN_URL)] }),
    other_contents: Borrowed(
        const {
            &[
                Template::of(const { &[Part::UrlForm(WITH_PORT)] }),
                Template::of(const { &[Part::UrlForm(ESCAPED_WITHOUT_PORT)] }),
                Template::of(const { &[Part::UrlForm(ESCAPED_WITH_PORT)] }),
                Template::of(const { &[Part::UrlForm(REWRITTEN_WITHOUT_PORT)] }),
                Template::of(const { &[Part::UrlForm(REWRITTEN_WITH_PORT)] }),
            ]
        },
    ),
    // It is one value, and nothing stands beside it.
    ambiguous: true,
    id: unsigned_header("i-twilio-idempotency-token"),
    ..NOTHING_ELSE
};

/// Nothing, when the body is the one that the URL names.
const BODY_IN_URL: Computed = Computed {
    name: "body_in_url",
    covers_body: true,
    is_bounded: true,
    compute: |delivery| {
        body_is_in_url(delivery)?;
        Ok(Cow::default())
    },
};

/// Whether `bodySHA256` in the URL is the body's digest.
fn body_is_in_url(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    let url = delivery.recipe.url(delivery.head)?;
    let mut values = url::query(&url).split('&').filter_map(|parameter| parameter.strip_prefix("bodySHA256="));
    let digest = const_hex::encode(Sha256::digest(delivery.payload));
    match (values.next(), values.next()) {
        (Some(value), None) if value.eq_ignore_ascii_case(&digest) => Ok(()),
        (Some(_), None) => Err(SchemeError::new(SchemeErrorKind::Mismatch).hint("`bodySHA256` is of another body")),
        (None, _) => Err(SchemeError::new(SchemeErrorKind::Missing).hint("there is no `bodySHA256` in the URL")),
        _ => Err(SchemeError::new(SchemeErrorKind::Malformed).hint("`bodySHA256` is there twice")),
    }
}
