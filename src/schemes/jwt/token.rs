//! Takes a token apart.

use super::{JwtAlgorithm, JwtForm, TokenPlace};
use crate::schemes::{
    SchemeError, SchemeErrorKind,
    json::{self, LookupError},
    read::malformed,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::request::Parts;
use std::borrow::Cow;

/// The longest key id that a token may name.
const MAX_KEY_ID: usize = 512;

/// A token whose signature is not checked yet.
pub(crate) struct Token<'a> {
    /// As received: the two parts that are signed.
    pub(super) header: &'a [u8],
    pub(super) payload: &'a [u8],
    pub(super) signature: Vec<u8>,
    pub(super) algorithm: JwtAlgorithm,
    pub(super) key_id: Option<String>,
    /// The header, decoded.
    pub(super) parameters: Object,
    /// The payload of a detached signature is signed in base64, or as it is.
    pub(super) is_encoded: bool,
}

impl JwtForm {
    /// The token, where it stands in the head; `None` where it is the body.
    fn header_text<'a>(&self, head: &'a Parts) -> Result<Option<&'a [u8]>, SchemeError> {
        let TokenPlace::Header { name, prefix, prefix_optional } = &self.place else { return Ok(None) };
        let mut values = head.headers.get_all(&**name).iter();
        let missing = || SchemeError::new(SchemeErrorKind::Missing).hint(format!("there is no `{name}`"));
        let value = values.next().ok_or_else(missing)?.as_bytes();
        if values.next().is_some() {
            return Err(malformed(name, "is there twice"));
        }
        if value.is_empty() {
            return Err(malformed(name, "is empty"));
        }
        let token = match strip_scheme(value, prefix.as_bytes()) {
            Some(token) => token,
            None if *prefix_optional => value,
            None => return Err(malformed(name, "does not start with the prefix of this scheme")),
        };
        if token.len() > self.max_length {
            return Err(malformed(name, "is longer than this scheme's tokens may be"));
        }
        Ok(Some(token))
    }

    /// The token of this request. `None` where it is the body, and there is no body yet.
    pub(super) fn token<'a>(&self, head: &'a Parts, body: Option<&'a [u8]>) -> Result<Option<Token<'a>>, SchemeError> {
        match (self.header_text(head)?, body) {
            (Some(text), _) => Token::parse(self, text).map(Some),
            (None, None) => Ok(None),
            (None, Some([])) => Err(SchemeError::new(SchemeErrorKind::Missing).hint("there is no token in the body")),
            (None, Some(body)) => match Token::parse(self, body) {
                Err(error) if error.kind() == SchemeErrorKind::Malformed => {
                    Err(SchemeError::new(SchemeErrorKind::PayloadMalformed).hint("the body is no token of this scheme"))
                }
                result => result.map(Some),
            },
        }
    }
}

/// The names of authentication schemes (RFC 9110, 11.1) have no case.
fn strip_scheme<'a>(value: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = value.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

impl<'a> Token<'a> {
    fn parse(form: &JwtForm, text: &'a [u8]) -> Result<Self, SchemeError> {
        let wrong = |hint: &'static str| SchemeError::new(SchemeErrorKind::Malformed).hint(hint);
        let mut parts = text.split(|byte| *byte == b'.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong("the token does not have three parts"));
        };
        if payload.is_empty() != form.is_detached() {
            return Err(wrong(if form.is_detached() {
                "the token holds a payload, and this scheme's do not"
            } else {
                "the token holds no payload"
            }));
        }
        let decode =
            |part: &[u8]| URL_SAFE_NO_PAD.decode(part).map_err(|_| wrong("a part of the token is no base64url"));
        let parameters = Object::new(decode(header)?, "the header of the token");
        let signature = decode(signature)?;
        let name = parameters.text("alg")?.ok_or_else(|| wrong("the token does not name its algorithm"))?;
        let algorithm = form.algorithms.iter().copied().find(|algorithm| algorithm.name() == name);
        let algorithm =
            algorithm.ok_or_else(|| wrong("the token is signed with another algorithm than this scheme's"))?;
        let key_id = parameters.text("kid")?;
        if key_id.as_ref().is_some_and(|id| id.len() > MAX_KEY_ID) {
            return Err(wrong("the token names a key with too long a name"));
        }
        let is_encoded = is_encoded(form, &parameters)?;
        Ok(Self { header, payload, signature, algorithm, key_id, parameters, is_encoded })
    }

    /// What is signed, but for what is detached.
    pub(super) const fn signed_parts(&self) -> [&'a [u8]; 3] {
        [self.header, b".", self.payload]
    }

    /// The claims. They are worth nothing until the signature is checked.
    pub(super) fn claims(&self) -> Result<Object, SchemeError> {
        let claims = URL_SAFE_NO_PAD
            .decode(self.payload)
            .map_err(|_| SchemeError::new(SchemeErrorKind::Malformed).hint("a part of the token is no base64url"))?;
        Ok(Object::new(claims, "the payload of the token"))
    }
}

/// What `b64` (RFC 7797) says. It has to be among the critical parameters, and is the only one that is understood.
fn is_encoded(form: &JwtForm, parameters: &Object) -> Result<bool, SchemeError> {
    let wrong = |hint: &'static str| SchemeError::new(SchemeErrorKind::Malformed).hint(hint);
    match (parameters.value("crit")?.as_deref(), parameters.value("b64")?.as_deref()) {
        (None, None) => Ok(true),
        (Some(critical), Some(encoded @ ("true" | "false"))) if is_b64_alone(critical) && form.is_detached() => {
            Ok(encoded == "true")
        }
        (None, Some("true")) => Ok(true),
        (None, Some(_)) => Err(wrong("the token says `b64` without saying that it is critical")),
        (Some(_), _) => Err(wrong("the token has critical parameters that this scheme does not know")),
    }
}

fn is_b64_alone(critical: &str) -> bool {
    critical.bytes().filter(|byte| !byte.is_ascii_whitespace()).eq(*br#"["b64"]"#)
}

/// A JSON object in a token.
pub(super) struct Object {
    json: Vec<u8>,
    name: &'static str,
}

impl Object {
    const fn new(json: Vec<u8>, name: &'static str) -> Self {
        Self { json, name }
    }

    /// The JSON text of this member.
    pub(super) fn value(&self, member: &str) -> Result<Option<Cow<'_, str>>, SchemeError> {
        let wrong = |what: String| Err(SchemeError::new(SchemeErrorKind::Malformed).hint(what));
        if !self.json.trim_ascii_start().starts_with(b"{") {
            return wrong(format!("{} is no JSON object", self.name));
        }
        let pointer = format!("/{}", member.replace('~', "~0").replace('/', "~1"));
        match json::unique(&self.json, &pointer) {
            Ok(text) => Ok(Some(Cow::Borrowed(text))),
            Err(LookupError::Absent) => Ok(None),
            Err(LookupError::Twice) => wrong(format!("`{member}` is there twice in {}", self.name)),
            Err(LookupError::NotJson | LookupError::BadValue) => {
                wrong(format!("{} is not JSON, or nested too deeply", self.name))
            }
        }
    }

    /// The string that this member is.
    pub(super) fn text(&self, member: &str) -> Result<Option<String>, SchemeError> {
        let Some(value) = self.value(member)? else { return Ok(None) };
        match json::string(&value) {
            Some(text) => Ok(Some(text.into_owned())),
            None => Err(malformed(member, "is not a string")),
        }
    }

    /// The string or integer that this member is.
    pub(super) fn scalar(&self, member: &str) -> Result<Option<String>, SchemeError> {
        match self.value(member)? {
            Some(value) if json::is_integer(&value) => Ok(Some(value.into_owned())),
            _ => self.text(member),
        }
    }
}
