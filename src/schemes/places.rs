//! Where a scheme puts things: its signatures, its time, the id and type of the event.

use super::{
    grammar::{Grammar, Shape, SignatureEncoding},
    json,
    time::{TimestampUnit, Window},
};
use crate::error::ConfigError;
use http::HeaderName;
use std::{borrow::Cow, time::Duration};

/// Where signatures stand, and how they are written there: bare hex, until you say otherwise.
///
/// ```
/// use tower_webhook::schemes::{SignatureEncoding, SignaturePlace};
///
/// // x-acme-signature: sha256=…
/// let prefixed = SignaturePlace::header("x-acme-signature")?.prefix("sha256=");
/// // acme-signature: t=1764000000,v1=…,v1=…
/// let items = SignaturePlace::header("acme-signature")?.items(",", '=', ["v1"])?;
/// // x-acme-signature-1, x-acme-signature-2 …, each with base64
/// let numbered = SignaturePlace::numbered_headers("x-acme-signature-{n}", 8)?.encoding(SignatureEncoding::Base64);
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SignaturePlace {
    pub(crate) source: SignatureSource,
    pub(crate) grammar: Grammar,
    pub(crate) encoding: SignatureEncoding,
}

/// Names of headers are text here: behind a reference, a constant can hold no `HeaderName`.
#[derive(Clone, Debug)]
pub(crate) enum SignatureSource {
    Header {
        name: Cow<'static, str>,
        repeated: bool,
    },
    /// `name` holds `{n}`, which counts from 1.
    NumberedHeaders {
        name: Cow<'static, str>,
        count: u8,
    },
    Query(Cow<'static, str>),
    Json(Cow<'static, str>),
    Form(Cow<'static, str>),
    /// A header that is base64 of JSON, and the pointer into that.
    #[cfg(feature = "public-key")]
    Base64Json {
        name: Cow<'static, str>,
        pointer: Cow<'static, str>,
    },
}

impl SignatureSource {
    /// Whether it stands in the body.
    pub(super) const fn is_in_body(&self) -> bool {
        matches!(self, Self::Json(_) | Self::Form(_))
    }
}

/// How many signatures one request may carry.
pub(crate) const MAX_SIGNATURES: usize = 16;

impl SignaturePlace {
    /// A header.
    ///
    /// # Errors
    ///
    /// When this cannot be the name of one.
    pub fn header(name: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        let name = header_name("signature.header", name)?;
        Ok(Self::new(SignatureSource::Header { name, repeated: false }))
    }

    /// Headers that differ in a number which counts from 1: `x-docusign-signature-{n}`.
    ///
    /// # Errors
    ///
    /// When the pattern does not hold `{n}` once, cannot be the name of a header, or `count` is not between 1 and 16.
    pub fn numbered_headers(pattern: &str, count: u8) -> Result<Self, ConfigError> {
        let wrong = |reason: &'static str| Err(ConfigError::new("signature.header", reason));
        if pattern.matches("{n}").count() != 1 {
            return wrong("must hold `{n}` once");
        }
        if count == 0 || usize::from(count) > MAX_SIGNATURES {
            return wrong("must be numbered up to something between 1 and 16");
        }
        header_name("signature.header", pattern.replace("{n}", "1"))?;
        Ok(Self::new(SignatureSource::NumberedHeaders { name: pattern.to_ascii_lowercase().into(), count }))
    }

    /// A parameter of the query, percent-decoded.
    ///
    /// # Errors
    ///
    /// When the name is empty.
    pub fn query(name: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        let name = name.into();
        if name.is_empty() {
            return Err(ConfigError::new("signature.query", "is empty"));
        }
        Ok(Self::new(SignatureSource::Query(name)))
    }

    /// A string in the JSON of the body, at this pointer (RFC 6901).
    ///
    /// # Errors
    ///
    /// When it is not a pointer.
    pub fn json(pointer: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        Ok(Self::new(SignatureSource::Json(json_pointer("signature.json", pointer)?)))
    }

    /// A parameter of a form body, decoded.
    ///
    /// # Errors
    ///
    /// When the name is empty.
    pub fn form(name: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        Ok(Self::new(SignatureSource::Form(form_name("signature.form", name)?)))
    }

    const fn new(source: SignatureSource) -> Self {
        Self { source, grammar: Grammar::BARE, encoding: SignatureEncoding::Hex }
    }

    /// What stands before each signature, such as `sha256=`. It must be there; it never chooses the algorithm.
    pub fn prefix(mut self, prefix: impl Into<Cow<'static, str>>) -> Self {
        self.grammar.prefix = prefix.into();
        self.grammar.prefix_optional = false;
        self
    }

    /// What may stand before each signature.
    pub fn optional_prefix(mut self, prefix: impl Into<Cow<'static, str>>) -> Self {
        self.grammar.prefix = prefix.into();
        self.grammar.prefix_optional = true;
        self
    }

    /// Several signatures, with any one of these characters (of `,`, `;`, `&` and the space) between two.
    ///
    /// # Errors
    ///
    /// When there are no separators, or others.
    pub fn list(mut self, separators: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        self.grammar.shape = Shape::List { separators: separators_of(separators.into())? };
        Ok(self)
    }

    /// Labelled items, such as `t=1764000000,v1=…`, with any one of these separators (of `,`, `;`, `&` and the space)
    /// between two, and `=` or `,` after the label. `labels` are those of signatures; items with other labels are
    /// passed over, unless one of them holds the [timestamp](TimestampPlace::item). Spaces around an item do not count.
    ///
    /// # Errors
    ///
    /// When there are no separators or others, when what follows a label is none of the two or also separates items,
    /// or when there is no label.
    pub fn items<L: Into<Cow<'static, str>>>(
        mut self,
        separators: impl Into<Cow<'static, str>>,
        assign: char,
        labels: impl IntoIterator<Item = L>,
    ) -> Result<Self, ConfigError> {
        let separators = separators_of(separators.into())?;
        if !matches!(assign, '=' | ',') || separators.contains(assign) {
            return Err(ConfigError::new(
                "signature.items",
                "must have `=` or `,` after a label, and not between items",
            ));
        }
        let labels: Cow<'static, [Cow<'static, str>]> = labels.into_iter().map(Into::into).collect();
        if labels.is_empty() || labels.iter().any(|label| label.is_empty()) {
            return Err(ConfigError::new("signature.items", "must have the label of signatures"));
        }
        self.grammar.shape = Shape::Items { separators, assign, labels };
        Ok(self)
    }

    /// The timestamp, then signatures, with this separator (`,`, `;`, `&` or a space) between two. Goes with
    /// [`TimestampPlace::first_item`].
    ///
    /// # Errors
    ///
    /// When it is another separator.
    pub fn positional(mut self, separator: char) -> Result<Self, ConfigError> {
        separators_of(separator.to_string().into())?;
        self.grammar.shape = Shape::Positional { separator };
        Ok(self)
    }

    /// The header may be sent several times, each time with signatures. Without this, a second one is an error.
    pub fn repeated(mut self) -> Self {
        if let SignatureSource::Header { repeated, .. } = &mut self.source {
            *repeated = true;
        }
        self
    }

    /// How the bytes of a signature are written.
    pub const fn encoding(mut self, encoding: SignatureEncoding) -> Self {
        self.encoding = encoding;
        self
    }
}

/// Where the signed time stands, and how far it may be from now: Unix seconds and five minutes both ways, until you
/// say otherwise.
///
/// ```
/// use std::time::Duration;
/// use tower_webhook::schemes::{TimestampPlace, TimestampUnit};
///
/// let timestamp = TimestampPlace::header("x-acme-timestamp")?
///     .unit(TimestampUnit::Milliseconds)
///     .tolerances(Duration::from_secs(300), Duration::from_secs(30))?;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct TimestampPlace {
    pub(crate) source: TimestampSource,
    pub(crate) unit: TimestampUnit,
    pub(crate) window: Window,
}

#[derive(Clone, Debug)]
pub(crate) enum TimestampSource {
    Header(Cow<'static, str>),
    /// The item of a signature header that has this label.
    Item(Cow<'static, str>),
    /// The first item of a positional signature header.
    FirstItem,
    /// A number in the body; a string, if quoted.
    Json {
        pointer: Cow<'static, str>,
        quoted: bool,
    },
    /// A parameter of a form body.
    Form(Cow<'static, str>),
}

impl TimestampSource {
    /// Whether it stands in the body.
    pub(super) const fn is_in_body(&self) -> bool {
        matches!(self, Self::Json { .. } | Self::Form(_))
    }
}

impl TimestampPlace {
    /// A header of its own.
    ///
    /// # Errors
    ///
    /// When this cannot be the name of one.
    pub fn header(name: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        Ok(Self::new(TimestampSource::Header(header_name("timestamp.header", name)?)))
    }

    /// The item with this label in the signature header. It must be there once.
    ///
    /// # Errors
    ///
    /// When the label is empty.
    pub fn item(label: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        let label = label.into();
        if label.is_empty() {
            return Err(ConfigError::new("timestamp.item", "is empty"));
        }
        Ok(Self::new(TimestampSource::Item(label)))
    }

    /// The first item of a [positional](SignaturePlace::positional) signature header.
    pub const fn first_item() -> Self {
        Self::new(TimestampSource::FirstItem)
    }

    /// The value at this pointer (RFC 6901) in the JSON of the body: an integer for numeric units, a string for dates.
    ///
    /// A body in which the key stands twice is refused. If the signed content names the timestamp apart from the
    /// body, the body has to be parsed before its signature is checked.
    ///
    /// # Errors
    ///
    /// When it is not a pointer.
    pub fn json(pointer: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        let pointer = json_pointer("timestamp.json", pointer)?;
        Ok(Self::new(TimestampSource::Json { pointer, quoted: false }))
    }

    /// A parameter of a form body, decoded. It must be there once.
    ///
    /// # Errors
    ///
    /// When the name is empty.
    pub fn form(name: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        Ok(Self::new(TimestampSource::Form(form_name("timestamp.form", name)?)))
    }

    /// The header it stands in, where that is one of its own.
    pub(super) fn header_name(&self) -> Option<&str> {
        match &self.source {
            TimestampSource::Header(name) => Some(name),
            _ => None,
        }
    }

    const fn new(source: TimestampSource) -> Self {
        Self { source, unit: TimestampUnit::Seconds, window: Window::seconds(300, 300) }
    }

    /// How the time is written.
    pub const fn unit(mut self, unit: TimestampUnit) -> Self {
        self.unit = unit;
        self
    }

    /// The number in the body is in quotes.
    pub const fn quoted(mut self) -> Self {
        if let TimestampSource::Json { quoted, .. } = &mut self.source {
            *quoted = true;
        }
        self
    }

    /// How far in the past and in the future the time may be. Exactly that far still counts.
    ///
    /// # Errors
    ///
    /// When one of them is zero: clocks differ, and there is no switching this check off.
    pub fn tolerances(mut self, past: Duration, future: Duration) -> Result<Self, ConfigError> {
        self.window = Window::new(past, future)?;
        Ok(self)
    }

    /// From the first moment at which a time is accepted to the last. Now is rounded down to the unit, which lets a
    /// time be accepted for almost one more.
    pub(super) fn span(&self) -> Duration {
        let unit = if self.unit.is_whole_seconds() { Duration::from_secs(1) } else { Duration::ZERO };
        self.window.past.saturating_add(self.window.future).saturating_add(unit)
    }

    /// How far from now the time may be, both ways.
    ///
    /// # Errors
    ///
    /// When it is zero.
    pub fn tolerance(self, tolerance: Duration) -> Result<Self, ConfigError> {
        self.tolerances(tolerance, tolerance)
    }
}

/// Where the id or the type of the event stands. Not signed, until you say otherwise.
#[derive(Clone, Debug)]
#[must_use]
pub struct FieldPlace {
    pub(crate) source: FieldPlaceSource,
    pub(crate) signed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FieldPlaceSource {
    Header(Cow<'static, str>),
    Json(Cow<'static, str>),
    Form(Cow<'static, str>),
}

impl FieldPlace {
    /// A header.
    ///
    /// # Errors
    ///
    /// When this cannot be the name of one.
    pub fn header(name: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        Ok(Self { source: FieldPlaceSource::Header(header_name("field.header", name)?), signed: false })
    }

    /// The string or integer at this pointer (RFC 6901) in the JSON of the body.
    ///
    /// # Errors
    ///
    /// When it is not a pointer.
    pub fn json(pointer: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        Ok(Self { source: FieldPlaceSource::Json(json_pointer("field.json", pointer)?), signed: false })
    }

    /// A parameter of a form body, decoded.
    ///
    /// # Errors
    ///
    /// When the name is empty.
    pub fn form(name: impl Into<Cow<'static, str>>) -> Result<Self, ConfigError> {
        Ok(Self { source: FieldPlaceSource::Form(form_name("field.form", name)?), signed: false })
    }

    /// The header it is, where it is one.
    pub(crate) fn header_name(&self) -> Option<&str> {
        match &self.source {
            FieldPlaceSource::Header(name) => Some(name),
            _ => None,
        }
    }

    /// The signature covers it. [`build`](super::RecipeBuilder::build) refuses the claim where the signed content
    /// does not bear it out.
    pub const fn signed(mut self) -> Self {
        self.signed = true;
        self
    }
}

/// In lower case, as headers are kept.
pub(super) fn header_name(
    knob: &'static str,
    name: impl Into<Cow<'static, str>>,
) -> Result<Cow<'static, str>, ConfigError> {
    let name = name.into();
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Err(ConfigError::new(knob, format!("cannot be the name of a header: {name:?}")));
    }
    let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    Ok(if is_lower { name } else { name.to_ascii_lowercase().into() })
}

fn form_name(knob: &'static str, name: impl Into<Cow<'static, str>>) -> Result<Cow<'static, str>, ConfigError> {
    let name = name.into();
    if name.is_empty() { Err(ConfigError::new(knob, "is empty")) } else { Ok(name) }
}

fn json_pointer(knob: &'static str, pointer: impl Into<Cow<'static, str>>) -> Result<Cow<'static, str>, ConfigError> {
    let pointer = pointer.into();
    if pointer.is_empty() || !json::is_pointer(&pointer) {
        return Err(ConfigError::new(knob, format!("is no JSON pointer such as `/data/id`: {pointer:?}")));
    }
    Ok(pointer)
}

fn separators_of(separators: Cow<'static, str>) -> Result<Cow<'static, str>, ConfigError> {
    if separators.is_empty() || !separators.chars().all(|separator| matches!(separator, ',' | ';' | '&' | ' ')) {
        return Err(ConfigError::new("signature.separators", "must be among `,`, `;`, `&` and the space"));
    }
    Ok(separators)
}
