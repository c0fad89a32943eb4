//! What is signed, as a template: parsed once, fed to the hash without being put together.

use super::{
    computed::{Computed, NAMED, UrlForm},
    json,
    places::header_name,
};
use crate::error::ConfigError;
use std::{borrow::Cow, fmt, str::FromStr};

/// What a scheme signs: text with placeholders, such as `{timestamp}.{body}`.
///
/// | placeholder | stands for |
/// |---|---|
/// | `{body}` | the payload, byte for byte |
/// | `{timestamp}` | the text at the [`TimestampPlace`](super::TimestampPlace), as received |
/// | `{id}` | the value at the recipe's place of the event's id |
/// | `{method}` | `POST` |
/// | `{path}` | the path of the URI, without the query, as the scheme sees it |
/// | `{url}` | the recipe's [public origin](super::Recipe::public_origin), then path and query |
/// | `{header:name}` | the value of a header, which must be there once |
/// | `{query:name}` | the value of a query parameter as received, not percent-decoded |
/// | `{json:/pointer}` | the string (unescaped) or integer at a pointer (RFC 6901) into the body |
/// | `{form:name}` | the decoded value of a parameter of a form body, which must be there once |
/// | `{sorted_form}` | all decoded parameters of a form body, sorted, each name right before its value |
/// | `{body_sha256_hex}` `{body_sha256_base64}` | a digest of the payload |
/// | `{setting:name}` | what [`setting`](super::Recipe::setting) says for this name |
/// | `{secret}` | the key, for a keyed hash |
///
/// `{{` and `}}` are braces.
///
/// What is signed must be cut into these values in one way only; otherwise the end of one could be moved into another,
/// and the signature would stay intact. So
///
/// * two values need text between them, unless one of them is the timestamp or `{method}`:
///   [`build`](super::RecipeBuilder::build) refuses `{id}{body}`. `{path}` and `{url}` need text on both sides wherever
///   another value follows or precedes;
/// * a value may not hold the text that the template puts after it, nor end with part of it so that the text would
///   appear earlier: with `{id}--{body}`, the ids `a--b` and `a-` are refused. Behind `{body}`, the same goes for the
///   text before the value;
/// * a value right beside the timestamp or `{method}`, as the id in `{id}{timestamp}{body}`, may hold letters, digits
///   and `._~:-` alone. The body may still be anything; where it is not JSON and a sender lets others choose its first
///   or last bytes, text around the timestamp is the safer way to sign.
///
/// ```
/// use tower_webhook::schemes::Template;
///
/// let template: Template = "v0:{timestamp}:{body}".parse()?;
/// assert!(template.covers_body());
/// let error = "{time}.{body}".parse::<Template>().unwrap_err();
/// assert!(error.to_string().starts_with("`content` has an unknown placeholder {time} at byte 0"));
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub(crate) parts: Cow<'static, [Part]>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Literal(Cow<'static, str>),
    Body,
    Computed(Computed),
    Form(Cow<'static, str>),
    Header(Cow<'static, str>),
    Id,
    Json(Cow<'static, str>),
    Method,
    Path,
    Query(Cow<'static, str>),
    Secret,
    /// For a recipe whose algorithm can be chosen: nothing for an HMAC, which has the secret as its key.
    SecretOfKeyedHash,
    Setting(Cow<'static, str>),
    Timestamp,
    Url,
    UrlForm(UrlForm),
}

/// `{url}` takes two.
pub(crate) const MAX_SLICES: usize = 16;

impl Template {
    /// For constants.
    pub(crate) const fn of(parts: &'static [Part]) -> Self {
        Self { parts: Cow::Borrowed(parts) }
    }

    /// Whether the payload is signed. Where it is not, a signature says nothing about it.
    #[must_use]
    pub fn covers_body(&self) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Body => true,
            Part::Computed(computed) => computed.covers_body,
            _ => false,
        })
    }

    pub(crate) fn has(&self, part: &Part) -> bool {
        self.parts.contains(part)
    }
}

impl FromStr for Template {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(next) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(next);
            literal.push_str(before);
            let at = text.len() - from.len();
            if let Some(after) = from.strip_prefix("{{") {
                literal.push('{');
                rest = after;
            } else if let Some(after) = from.strip_prefix("}}") {
                literal.push('}');
                rest = after;
            } else if let Some(after) = from.strip_prefix('{') {
                let (name, after) = after
                    .split_once('}')
                    .ok_or_else(|| wrong(format!("has a `{{` at byte {at} that is never closed; `{{{{` is a brace")))?;
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal).into()));
                }
                parts.push(placeholder(name, at)?);
                rest = after;
            } else {
                return Err(wrong(format!("has a `}}` at byte {at} that closes nothing; `}}}}` is a brace")));
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.into()));
        }
        if parts.iter().all(|part| matches!(part, Part::Literal(_))) {
            return Err(wrong(format!("holds no placeholder, so it would be the same for every request; {ALLOWED}")));
        }
        if parts.len() + parts.iter().filter(|part| **part == Part::Url).count() > MAX_SLICES {
            return Err(wrong("has too many parts: at most 16, where {url} counts twice".to_owned()));
        }
        Ok(Self { parts: parts.into() })
    }
}

const ALLOWED: &str = "allowed are {body} {timestamp} {id} {method} {path} {url} {header:name} {query:name} \
                       {json:/pointer} {form:name} {sorted_form} {body_sha256_hex} {body_sha256_base64} {setting:name} \
                       {secret}";

fn wrong(reason: String) -> ConfigError {
    ConfigError::new("content", reason)
}

fn placeholder(name: &str, at: usize) -> Result<Part, ConfigError> {
    if let Some(computed) = NAMED.into_iter().find(|computed| computed.name == name) {
        return Ok(Part::Computed(computed));
    }
    Ok(match name.split_once(':') {
        None if name == "body" => Part::Body,
        None if name == "id" => Part::Id,
        None if name == "method" => Part::Method,
        None if name == "path" => Part::Path,
        None if name == "secret" => Part::Secret,
        None if name == "timestamp" => Part::Timestamp,
        None if name == "url" => Part::Url,
        Some(("form", name)) if !name.is_empty() => Part::Form(name.to_owned().into()),
        Some(("header", name)) => Part::Header(header_name("content", name.to_owned())?),
        Some(("json", pointer)) if !pointer.is_empty() && json::is_pointer(pointer) => {
            Part::Json(pointer.to_owned().into())
        }
        Some(("setting", name)) if !name.is_empty() => Part::Setting(name.to_owned().into()),
        Some(("query", name)) if !name.is_empty() => Part::Query(name.to_owned().into()),
        _ => return Err(wrong(format!("has an unknown placeholder {{{name}}} at byte {at}; {ALLOWED}"))),
    })
}

/// The text it was parsed from.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| part.fmt(f))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Self::Body => f.write_str("{body}"),
            Self::Computed(computed) => write!(f, "{{{}}}", computed.name),
            Self::Form(name) => write!(f, "{{form:{name}}}"),
            Self::Header(name) => write!(f, "{{header:{name}}}"),
            Self::Id => f.write_str("{id}"),
            Self::Json(pointer) => write!(f, "{{json:{pointer}}}"),
            Self::Method => f.write_str("{method}"),
            Self::Path => f.write_str("{path}"),
            Self::Query(name) => write!(f, "{{query:{name}}}"),
            Self::Secret | Self::SecretOfKeyedHash => f.write_str("{secret}"),
            Self::Setting(name) => write!(f, "{{setting:{name}}}"),
            Self::Timestamp => f.write_str("{timestamp}"),
            Self::Url => f.write_str("{url}"),
            Self::UrlForm(form) => write!(f, "{{{}}}", form.name),
        }
    }
}
