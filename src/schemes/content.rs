//! The signed content of a request, as slices of it, and what makes sure that nobody can cut it elsewhere.

use super::{
    SchemeError, SchemeErrorKind,
    places::{FieldPlaceSource, TimestampSource},
    read::{malformed, missing_header, required_header, required_parameter},
    recipe::{PublicAddress, Recipe},
    template::{MAX_SLICES, Part, Template},
};
use http::request::Parts;
use std::borrow::Cow;

impl Recipe {
    /// Fills in the signed content, as slices of the request.
    pub(crate) fn fill<'a>(
        &'a self,
        content: &mut Content<'a>,
        template: &'a Template,
        source: &ContentSource<'a>,
        body_values: &'a [Cow<'a, [u8]>],
    ) -> Result<(), SchemeError> {
        content.count = 0;
        let mut body_values = body_values.iter();
        let mut after_body = false;
        for (index, part) in template.parts.iter().enumerate() {
            // Most contents are made of these, and nothing about them can be wrong.
            match (part, source.timestamp) {
                (Part::Literal(text), _) => content.push(Some(text.as_bytes())),
                (Part::Body, _) => {
                    after_body = true;
                    content.push(Some(source.payload));
                }
                (Part::Timestamp, Some(text)) => content.push(Some(text)),
                _ => {
                    let place = Place { template, index, after_body };
                    self.fill_part(content, part, &place, source, &mut body_values)?;
                    after_body |= part.is_open();
                }
            }
        }
        Ok(())
    }

    /// Fills in a part that may be absent, or hold what it must not.
    #[inline(never)]
    fn fill_part<'a>(
        &'a self,
        content: &mut Content<'a>,
        part: &'a Part,
        place: &Place<'_>,
        source: &ContentSource<'a>,
        body_values: &mut std::slice::Iter<'a, Cow<'a, [u8]>>,
    ) -> Result<(), SchemeError> {
        let ContentSource { head, payload, timestamp, id } = *source;
        let mut body_value = || body_values.next().map_or(&[][..], |value| &**value);
        let value: &[u8] = match part {
            Part::Literal(text) => text.as_bytes(),
            Part::Body => payload,
            Part::Header(name) => required_header(head, name)?,
            Part::Id => match self.id.as_ref().map(|id| &id.source) {
                Some(FieldPlaceSource::Header(name)) => id.ok_or_else(|| missing_header(name))?,
                Some(FieldPlaceSource::Json(_) | FieldPlaceSource::Form(_)) => body_value(),
                None => return Err(SchemeError::new(SchemeErrorKind::Missing).hint("there is no id")),
            },
            Part::Json(_) | Part::Form(_) | Part::Computed(_) => body_value(),
            Part::UrlForm(_) if self.address.is_none() => return Err(no_address()),
            Part::UrlForm(_) => body_value(),
            Part::Method => head.method.as_str().as_bytes(),
            Part::Path => head.uri.path().as_bytes(),
            Part::Query(name) => required_parameter(head, name)?,
            Part::Timestamp => {
                timestamp.ok_or_else(|| SchemeError::new(SchemeErrorKind::Missing).hint("there is no timestamp"))?
            }
            Part::Secret | Part::SecretOfKeyedHash => {
                content.push(None);
                return Ok(());
            }
            Part::Setting(name) => self.setting_value(name).unwrap_or_default().as_bytes(),
            Part::Url => match &self.address {
                Some(PublicAddress::Url(url)) => url.as_bytes(),
                Some(PublicAddress::Origin(origin)) => {
                    content.push(Some(origin.as_bytes()));
                    head.uri.path_and_query().map_or(head.uri.path(), |path| path.as_str()).as_bytes()
                }
                None => return Err(no_address()),
            },
        };
        // The grammars of times leave no room for another cut, and the body is what is left when all else is cut.
        if !self.ambiguous && !part.is_body_or_fixed() && !self.is_timestamp(part) {
            let parts = &place.template.parts;
            let before = place.index.checked_sub(1).and_then(|before| parts.get(before));
            let before = before.filter(|before| place.after_body || !before.is_literal());
            check_cut(part, value, before, parts.get(place.index + 1))?;
        }
        content.push(Some(value));
        Ok(())
    }

    /// The sender's URL of this request.
    pub(crate) fn url<'a>(&'a self, head: &'a Parts) -> Result<Cow<'a, str>, SchemeError> {
        match &self.address {
            Some(PublicAddress::Url(url)) => Ok((&**url).into()),
            Some(PublicAddress::Origin(origin)) => {
                let path = head.uri.path_and_query().map_or(head.uri.path(), |path| path.as_str());
                Ok([origin, path].concat().into())
            }
            None => Err(no_address()),
        }
    }

    /// Whether the part is the time, whose grammar and window bound it: as `{timestamp}`, or as the header it is in.
    pub(super) fn is_timestamp(&self, part: &Part) -> bool {
        match (part, self.timestamp.as_ref().map(|place| &place.source)) {
            (Part::Timestamp, _) => true,
            (Part::Header(name), Some(TimestampSource::Header(place))) => name == place,
            _ => false,
        }
    }
}

/// Where in a template a part stands.
struct Place<'t> {
    template: &'t Template,
    index: usize,
    /// Whether it comes after the body, or something that may hold as much.
    after_body: bool,
}

#[cold]
fn no_address() -> SchemeError {
    SchemeError::new(SchemeErrorKind::Mismatch).hint("no public origin is set on this side")
}

/// Refuses a value that could have been cut out of the signed content elsewhere: the signature would be as good for
/// the other cut, and an id that can grow or shrink makes a replay a new delivery.
///
/// Beside a literal, the value may not make it appear any earlier (or, behind the body, any later). Without one, only
/// the time or the method can be next (see `Recipe::check`), and they do not say where a value ends that may hold
/// anything: in `{id}{timestamp}{body}`, the id could swallow the time and the start of a JSON body up to the next
/// number that looks like a time. Characters that no JSON object or array starts or ends with cannot.
fn check_cut(part: &Part, value: &[u8], before: Option<&Part>, next: Option<&Part>) -> Result<(), SchemeError> {
    let early = |text: &&str| appears_before_end(value, text.as_bytes());
    let late = |text: &&str| appears_after_start(value, text.as_bytes());
    let delimiter = next.and_then(Part::as_literal).filter(early);
    if let Some(delimiter) = delimiter.or_else(|| before.and_then(Part::as_literal).filter(late)) {
        return Err(malformed(delimiter, "delimits signed values and stands inside one, or overlaps with it"));
    }
    let has_open_end = [before, next].into_iter().flatten().any(|part| !part.is_literal());
    if has_open_end && !is_self_delimiting(part, value) {
        return Err(SchemeError::new(SchemeErrorKind::Malformed).hint(
            "a signed value that nothing separates from the next one may hold letters, digits and `._~:-` alone",
        ));
    }
    Ok(())
}

fn is_self_delimiting(part: &Part, value: &[u8]) -> bool {
    match part {
        // None of them starts or ends with another one. Any token can be a method.
        Part::Method => {
            matches!(value, b"GET" | b"HEAD" | b"POST" | b"PUT" | b"PATCH" | b"DELETE" | b"OPTIONS")
        }
        _ => value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._~:-".contains(byte)),
    }
}

impl Part {
    const fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    /// Whether the head alone says what it is.
    pub(super) const fn is_in_head(&self) -> bool {
        matches!(
            self,
            Self::Header(_) | Self::Id | Self::Method | Self::Path | Self::Query(_) | Self::Url | Self::UrlForm(_)
        )
    }

    /// Whether it may hold what stands after it, and be cut there: values behind it are what bounds it.
    const fn is_open(&self) -> bool {
        match self {
            Self::Body => true,
            Self::Computed(computed) => !computed.is_bounded,
            _ => false,
        }
    }

    /// Whether it cannot be cut elsewhere: what nobody else chooses, what has one length, and the body, which is what is
    /// left when all else is cut.
    const fn is_body_or_fixed(&self) -> bool {
        matches!(
            self,
            Self::Literal(_)
                | Self::Body
                | Self::Computed(_)
                | Self::Secret
                | Self::SecretOfKeyedHash
                | Self::Setting(_)
        )
    }

    fn as_literal(&self) -> Option<&str> {
        match self {
            Self::Literal(text) => Some(text),
            _ => None,
        }
    }
}

/// The signed content.
pub(crate) struct Content<'a> {
    /// `None` is the secret.
    slices: [Option<&'a [u8]>; MAX_SLICES],
    count: usize,
}

/// What the content is made of.
#[derive(Clone, Copy)]
pub(crate) struct ContentSource<'a> {
    pub(crate) head: &'a Parts,
    /// In the form that is signed.
    pub(crate) payload: &'a [u8],
    /// The text of the time.
    pub(crate) timestamp: Option<&'a [u8]>,
    /// The id, where it stands in a header.
    pub(crate) id: Option<&'a [u8]>,
}

impl<'a> Content<'a> {
    pub(crate) const fn new() -> Self {
        Self { slices: [None; MAX_SLICES], count: 0 }
    }

    fn push(&mut self, slice: Option<&'a [u8]>) {
        // A template has no more parts than there is room.
        if let Some(place) = self.slices.get_mut(self.count) {
            *place = slice;
            self.count += 1;
        }
    }

    /// Without the secret: nothing but keyed hashes has one in its content.
    #[cfg(feature = "public-key")]
    pub(crate) fn to_slices(&self) -> Vec<&'a [u8]> {
        self.slices().collect()
    }

    /// All of it that is no secret, in its order.
    #[cfg(any(feature = "layers", feature = "public-key"))]
    pub(super) fn slices(&self) -> impl Iterator<Item = &'a [u8]> {
        self.parts().flatten()
    }

    /// All of it. `None` is the secret.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Option<&'a [u8]>> {
        self.slices.iter().take(self.count).copied()
    }
}

/// Whether `value` followed by `text` holds `text` before the end of `value`: inside it, or as `--` after `evt-` does.
fn appears_before_end(value: &[u8], text: &[u8]) -> bool {
    if let [byte] = text {
        return memchr::memchr(*byte, value).is_some();
    }
    (0..value.len())
        .filter_map(|start| value.get(start..))
        .any(|end| end.starts_with(text) || text.strip_prefix(end).is_some_and(|missing| text.starts_with(missing)))
}

/// The mirror image: whether `text` followed by `value` holds `text` anywhere but at its start.
fn appears_after_start(value: &[u8], text: &[u8]) -> bool {
    if let [byte] = text {
        return memchr::memchr(*byte, value).is_some();
    }
    (1..=value.len())
        .filter_map(|end| value.get(..end))
        .any(|start| start.ends_with(text) || text.strip_suffix(start).is_some_and(|missing| text.ends_with(missing)))
}
