//! Vonage, signed SMS.

use super::prelude::*;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// [Vonage](https://developer.vonage.com/en/getting-started/concepts/signing-messages), signed SMS: hex HMAC-SHA256
/// of all other parameters in the parameter `sig`.
///
/// Signed: the decoded parameters without `sig`, sorted by name, as `&name=value`, in which each `&` and `=` of a
/// value is written as `_`. Not covered: the URL's path, where the parameters stand (query, form or JSON), or any
/// header; nor whether a `&`, `=` or `_` in a value is one. Vonage names no window; five minutes both ways are this
/// crate's choice. The time is `timestamp` (Unix seconds). The secret is the signature secret. No id of the event
/// is known: `messageId` names the message, and its parts and states repeat it.
///
/// The parameters are those of the body, or those of the query where there is no body. A parameter that is there
/// twice is refused, and so is a name with a `&` or `=` in it, which would make the signed text ambiguous; in JSON,
/// what is neither string nor integer.
///
/// The account's setting chooses the method, never the request. For another one than HMAC-SHA256 say
/// [`algorithm`](Recipe::algorithm): `HmacSha512`, `HmacSha1`, and with the feature `insecure-md5`
/// `InsecureHmacMd5`, or `InsecureKeyedMd5` for what Vonage calls MD5 hash.
pub const VONAGE_SMS: Recipe = Recipe {
    name: Borrowed("vonage_sms"),
    provider: provider(
        "Vonage SMS (signed messages)",
        "https://developer.vonage.com/en/getting-started/concepts/signing-messages",
        "the URL's path, where the parameters stand, or any header",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[at(SignatureSource::Form(Borrowed("sig")), Hex)] }),
    content: Template::of(const { &[Part::Computed(PARAMETERS), Part::SecretOfKeyedHash] }),
    body_form: BodyForm(Form::Wrapped(Wrapping {
        unwrap: as_form,
        #[cfg(feature = "testing")]
        wrap: |form| ("application/x-www-form-urlencoded", form.to_vec()),
    })),
    timestamp: seconds(TimestampSource::Form(Borrowed("timestamp")), 300),
    ..NOTHING_ELSE
};

/// `&name=value` for each but the signature, sorted by name.
const PARAMETERS: Computed = Computed {
    name: "parameters",
    covers_body: true,
    is_bounded: false,
    compute: |delivery| {
        let mut pairs = form::pairs(delivery.payload)?;
        pairs.sort_unstable();
        if !pairs.is_sorted_by(|(first, _), (second, _)| first < second) {
            return Err(payload_malformed("a parameter is there twice"));
        }
        let mut signed = Vec::with_capacity(delivery.payload.len());
        for (name, value) in pairs.iter().filter(|(name, _)| **name != *b"sig") {
            if name.iter().any(|byte| b"&=".contains(byte)) {
                return Err(payload_malformed("the name of a parameter holds what separates them"));
            }
            signed.push(b'&');
            signed.extend_from_slice(name);
            signed.push(b'=');
            signed.extend(value.iter().map(|byte| if b"&=".contains(byte) { b'_' } else { *byte }));
        }
        Ok(signed.into())
    },
};

/// The parameters as a form, wherever they stand.
fn as_form<'a>(head: &'a Parts, body: &'a [u8]) -> Result<Cow<'a, [u8]>, SchemeError> {
    let content_type = head.headers.get("content-type").map_or(&[][..], |value| value.as_bytes());
    if body.is_empty() {
        Ok(head.uri.query().unwrap_or_default().as_bytes().into())
    } else if content_type.to_ascii_lowercase().starts_with(b"application/json") {
        let form: JsonForm = serde_json::from_slice(body)
            .map_err(|_| payload_malformed("the body is no JSON object of strings and integers, each there once"))?;
        Ok(form.0.into_bytes().into())
    } else {
        Ok(body.into())
    }
}

/// What a JSON object is as a form.
struct JsonForm(String);

impl<'de> serde::Deserialize<'de> for JsonForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(String::new()))
    }
}

impl<'de> Visitor<'de> for JsonForm {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            let value = json::string(value.get())
                .or_else(|| json::is_integer(value.get()).then_some(Borrowed(value.get())))
                .ok_or_else(|| A::Error::custom("neither string nor integer"))?;
            self.0.push('&');
            self.0.push_str(&url::escape(name.as_bytes(), b""));
            self.0.push('=');
            self.0.push_str(&url::escape(value.as_bytes(), b""));
        }
        Ok(self)
    }
}
