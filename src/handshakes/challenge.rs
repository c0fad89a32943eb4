//! Reading a challenge: what stands where, of which letters, and how long it may be.

use crate::secrets::Secret;
use http::{HeaderMap, Method, Uri, header};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use subtle::ConstantTimeEq;

/// What a handshake sees of a request before its body.
#[derive(Clone, Copy)]
pub(crate) struct Head<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
}

impl<'a> Head<'a> {
    pub(crate) fn of<B>(request: &'a http::Request<B>) -> Self {
        Self { method: request.method(), uri: request.uri(), headers: request.headers() }
    }

    pub(crate) const fn of_parts(head: &'a http::request::Parts) -> Self {
        Self { method: &head.method, uri: &head.uri, headers: &head.headers }
    }

    /// A POST whose body is short, as far as it is declared.
    pub(super) fn is_short_post(&self) -> bool {
        let declared = self.headers.get(header::CONTENT_LENGTH).map(|value| value.to_str().unwrap_or_default());
        let short = declared.is_none_or(|text| text.parse().is_ok_and(|length: usize| length <= MAX_BODY));
        self.method == Method::POST && short
    }

    /// The same, of this type.
    pub(super) fn is_short_post_of(&self, content_type: &str) -> bool {
        let value = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = value.split(';').next().unwrap_or_default();
        self.is_short_post() && essence.trim().eq_ignore_ascii_case(content_type)
    }

    /// The value of a header that is there once.
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }
}

/// The longest body of a challenge; what is longer is a delivery.
pub(super) const MAX_BODY: usize = 16 << 10;

/// The letters of a reflected value, and its greatest length.
#[derive(Clone, Copy)]
pub(super) struct Alphabet {
    allows: fn(u8) -> bool,
    longest: usize,
}

impl Alphabet {
    /// Letters and digits, `-` and `_`.
    pub(super) const WORD: Self =
        Self { allows: |byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte), longest: 256 };
    /// What URLs leave as it is, and base64.
    pub(super) const TOKEN: Self =
        Self { allows: |byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte), longest: 1 << 10 };
    /// Printable ASCII, but nothing that HTML or JavaScript could begin with.
    pub(super) const TEXT: Self =
        Self { allows: |byte| (b' '..=b'~').contains(&byte) && !b"<>&\"'`\\".contains(&byte), longest: 1 << 10 };
    /// A URL.
    pub(super) const URL: Self = Self { allows: |byte| byte.is_ascii_graphic(), longest: 2 << 10 };

    pub(super) fn has(self, value: &str) -> bool {
        (1..=self.longest).contains(&value.len()) && value.bytes().all(self.allows)
    }
}

/// The decoded value of a query parameter that is there once.
pub(super) fn parameter<'a>(uri: &'a Uri, name: &str) -> Option<Cow<'a, str>> {
    once(uri.query()?, name)
}

/// The decoded value that stands once under this name among `a=b&c=d`.
pub(super) fn once<'a>(pairs: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut found = pairs.split('&').filter_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        decoded(key).is_some_and(|key| key == name).then_some(value)
    });
    let value = found.next()?;
    // Sent twice, it has no value: two readers could each take another one.
    found.next().is_none().then(|| decoded(value)).flatten()
}

fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                let mut byte = [0];
                const_hex::decode_to_slice(digits, &mut byte).ok()?;
                byte[0]
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

/// A body that is short enough to be a challenge, as JSON.
pub(super) fn json(payload: &[u8]) -> Option<Value> {
    if payload.len() > MAX_BODY { None } else { serde_json::from_slice(payload).ok() }
}

/// A token of the operator's, to be compared with what strangers send.
#[derive(Clone)]
pub(super) struct Token {
    secret: Secret,
}

impl Token {
    pub(super) const fn new(secret: Secret) -> Self {
        Self { secret }
    }

    /// Compares digests: the time says nothing about length or prefix.
    pub(super) fn is(&self, candidate: &str) -> bool {
        Sha256::digest(self.secret.expose()).ct_eq(&Sha256::digest(candidate)).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_decoded_and_there_once() {
        let value = |query| once(query, "a").map(Cow::into_owned);
        assert_eq!(value("a=1&b=2").as_deref(), Some("1"));
        assert_eq!(value("b=2&%61=x%3ay+z").as_deref(), Some("x:y z"));
        assert_eq!(value("a").as_deref(), Some(""));
        for none in ["", "b=2", "a=1&a=1", "a=1&%61=2", "a=%", "a=%4", "a=%zz", "a=%ff"] {
            assert_eq!(value(none), None, "{none}");
        }
    }

    #[test]
    fn no_alphabet_holds_what_html_begins_with() {
        for alphabet in [Alphabet::WORD, Alphabet::TOKEN, Alphabet::TEXT] {
            for byte in (0..=b' ' - 1).chain(*b"<>&\"'`\\").chain(127..=255) {
                assert!(!(alphabet.allows)(byte), "{byte}");
            }
            assert!(!alphabet.has("") && !alphabet.has(&"a".repeat(alphabet.longest + 1)));
        }
    }
}
