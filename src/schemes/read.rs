//! What a recipe reads from the head of a request, and what it refuses there.

#[cfg(feature = "public-key")]
use super::json;
use super::{
    SchemeError, SchemeErrorKind,
    content::ContentSource,
    grammar::{Found, SignatureEncoding},
    head::{Header, check_value, find, once, percent_decode, query_parameter, values},
    mac::{KeyForm, MacAlgorithm, Tag},
    places::{FieldPlace, MAX_SIGNATURES, SignaturePlace, SignatureSource, TimestampPlace, TimestampSource},
    recipe::Recipe,
    template::Part,
};
use crate::time::UnixTime;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, header::CONTENT_TYPE, request::Parts};
use subtle::Choice;

pub(super) const TOO_MANY: &str = "holds more than 16 signatures";
pub(super) const WRONG_FORM: &str = "holds a signature of the wrong length or encoding";

/// What stands in the head, of the right form and inside the window.
pub(super) struct Reading<'a> {
    pub(super) timestamp: Option<Stamp<'a>>,
    pub(super) id: Option<&'a HeaderValue>,
    pub(super) kind: Option<&'a HeaderValue>,
}

impl<'a> Reading<'a> {
    /// With the body, in the form that is signed.
    pub(super) fn source(&self, head: &'a Parts, payload: &'a [u8]) -> ContentSource<'a> {
        let timestamp = self.timestamp.map(|stamp| stamp.text);
        ContentSource { head, payload, timestamp, id: self.id.map(HeaderValue::as_bytes) }
    }
}

/// A signed time: as received, and as understood.
#[derive(Clone, Copy)]
pub(super) struct Stamp<'a> {
    pub(super) text: &'a [u8],
    pub(super) time: UnixTime,
}

/// Takes in the signatures of a request.
pub(super) trait Sink {
    /// Takes in one; says what is wrong with it.
    fn take(&mut self, place: &SignaturePlace, text: &[u8]) -> Result<(), &'static str>;
}

/// The signatures of a request. As many as a sender has while it changes its key are on the stack; room there for all
/// that are taken in would cost every request as much as a look at all its headers.
pub(super) struct Candidates {
    first: [Tag; 2],
    others: Vec<Tag>,
    count: usize,
}

impl Candidates {
    pub(super) const fn new() -> Self {
        Self { first: [Tag::EMPTY; 2], others: Vec::new(), count: 0 }
    }

    /// Adds the signature that `text` is.
    #[inline(always)]
    fn add(&mut self, text: &[u8], encoding: SignatureEncoding, algorithm: MacAlgorithm) -> Result<(), &'static str> {
        if self.count == MAX_SIGNATURES {
            return Err(TOO_MANY);
        }
        if let Some(place) = self.first.get_mut(self.count) {
            decode(text, encoding, algorithm, place)?;
        } else {
            let mut tag = Tag::EMPTY;
            decode(text, encoding, algorithm, &mut tag)?;
            self.others.push(tag);
        }
        self.count += 1;
        Ok(())
    }

    /// Takes in signatures that are tags of this form.
    pub(super) const fn sink(&mut self, form: &KeyForm) -> Tags<'_> {
        Tags { candidates: self, algorithm: form.algorithm }
    }

    /// Whether one of them is this tag. All are compared, whatever the first ones are.
    #[inline(always)]
    pub(super) fn hold(&self, tag: &Tag) -> Choice {
        let first = self.first.iter().take(self.count).fold(Choice::from(0), |hit, first| hit | first.matches(tag));
        self.others.iter().fold(first, |hit, other| hit | other.matches(tag))
    }
}

/// The signatures of a request that are tags.
pub(super) struct Tags<'c> {
    candidates: &'c mut Candidates,
    algorithm: MacAlgorithm,
}

impl Sink for Tags<'_> {
    #[inline]
    fn take(&mut self, place: &SignaturePlace, text: &[u8]) -> Result<(), &'static str> {
        self.candidates.add(text, place.encoding, self.algorithm)
    }
}

#[inline(always)]
fn decode(
    text: &[u8],
    encoding: SignatureEncoding,
    algorithm: MacAlgorithm,
    tag: &mut Tag,
) -> Result<(), &'static str> {
    match algorithm {
        MacAlgorithm::Token if text.is_empty() => return Err("is empty"),
        MacAlgorithm::Token if encoding == SignatureEncoding::Base64 => {
            *tag = Tag::of_token(&STANDARD.decode(text).map_err(|_| WRONG_FORM)?);
        }
        MacAlgorithm::Token => *tag = Tag::of_token(text),
        _ => encoding.decode(text, algorithm.tag_length(), tag).ok_or(WRONG_FORM)?,
    }
    Ok(())
}

impl Recipe {
    /// Reads all that the head holds. What the body holds, [`verify`](super::Scheme::verify) adds.
    pub(super) fn read<'a>(
        &self,
        head: &'a Parts,
        now: UnixTime,
        sink: &mut impl Sink,
    ) -> Result<Reading<'a>, SchemeError> {
        self.read_with(self.id.as_ref(), self.kind.as_ref(), head, now, sink)
    }

    /// Reads what a signature is checked with. Of the fields, that is the id at most.
    pub(super) fn read_signed<'a>(
        &self,
        head: &'a Parts,
        now: UnixTime,
        sink: &mut impl Sink,
    ) -> Result<Reading<'a>, SchemeError> {
        self.read_with(self.id.as_ref().filter(|_| self.content.has(&Part::Id)), None, head, now, sink)
    }

    fn read_with<'a>(
        &self,
        id: Option<&FieldPlace>,
        kind: Option<&FieldPlace>,
        head: &'a Parts,
        now: UnixTime,
        sink: &mut impl Sink,
    ) -> Result<Reading<'a>, SchemeError> {
        let names = [
            self.signatures.first().and_then(SignaturePlace::only_header),
            self.key_header.as_deref(),
            self.timestamp.as_ref().and_then(TimestampPlace::header_name),
            id.and_then(FieldPlace::header_name),
            kind.and_then(FieldPlace::header_name),
        ];
        let mut headers = names.map(|name| Header::named(name.unwrap_or_default()));
        find(&head.headers, &mut headers);
        let [signature, key, timestamp, id, kind] = &headers;
        if self.key_header.is_some() {
            check_key_header(key)?;
        }
        let in_signature = self.read_signatures(head, signature, sink)?;
        Ok(Reading {
            timestamp: self.read_timestamp(timestamp, in_signature, now)?,
            id: id.once()?,
            kind: kind.once()?,
        })
    }

    /// The headers that hold the event's id and type.
    #[cfg(feature = "public-key")]
    pub(super) fn read_fields<'a>(
        &self,
        head: &'a Parts,
    ) -> Result<(Option<&'a HeaderValue>, Option<&'a HeaderValue>), SchemeError> {
        let names = [&self.id, &self.kind].map(|place| place.as_ref().and_then(FieldPlace::header_name));
        let mut headers = names.map(|name| Header::named(name.unwrap_or_default()));
        find(&head.headers, &mut headers);
        let [id, kind] = headers;
        Ok((id.once()?, kind.once()?))
    }

    /// Whether a signature of this recipe seems to be there.
    pub(super) fn is_presented(&self, head: &Parts) -> bool {
        self.signatures.iter().any(|place| {
            let fits = |value: &[u8]| {
                place.grammar.prefix_optional
                    || place.grammar.is_list()
                    || value.starts_with(place.grammar.prefix.as_bytes())
            };
            match &place.source {
                SignatureSource::Header { name, .. } => values(&head.headers, name).any(|value| fits(value.as_bytes())),
                SignatureSource::NumberedHeaders { name, count } => {
                    head.headers.keys().any(|header| is_numbered(header.as_str(), name, *count))
                }
                SignatureSource::Query(name) => query_parameter(head, name).is_ok_and(|value| value.is_some()),
                SignatureSource::Json(_) => !is_form(head),
                SignatureSource::Form(_) => is_form(head),
                #[cfg(feature = "public-key")]
                SignatureSource::Base64Json { name, .. } => head.headers.contains_key(&**name),
            }
        })
    }

    /// Fills the sink; returns the timestamp that stood among the signatures. `first` is the header of the first place.
    fn read_signatures<'a>(
        &self,
        head: &'a Parts,
        first: &Header<'a, '_>,
        sink: &mut impl Sink,
    ) -> Result<Option<&'a [u8]>, SchemeError> {
        let mut timestamp = None;
        let mut present = false;
        let sink = &mut Counting { sink, count: 0, unreadable: false };
        for (index, place) in self.signatures.iter().enumerate() {
            match &place.source {
                SignatureSource::Header { name, repeated: false } => {
                    let value = if index == 0 { first.once()? } else { once(&head.headers, name)? };
                    if let Some(value) = value {
                        present = true;
                        self.read_value(place, name, value.as_bytes(), sink, &mut timestamp)?;
                    }
                }
                SignatureSource::Header { name, repeated: true } => {
                    for value in values(&head.headers, name) {
                        present = true;
                        check_value(name, value.as_bytes())?;
                        self.read_value(place, name, value.as_bytes(), sink, &mut timestamp)?;
                    }
                }
                SignatureSource::NumberedHeaders { name, count } => {
                    for (header, value) in &head.headers {
                        if is_numbered(header.as_str(), name, *count) {
                            present = true;
                            once(&head.headers, header.as_str())?;
                            self.read_value(place, name, value.as_bytes(), sink, &mut timestamp)?;
                        }
                    }
                }
                SignatureSource::Query(name) => {
                    if let Some(value) = query_parameter(head, name)? {
                        present = true;
                        let mut decoded = [0; 256];
                        let value = percent_decode(value, &mut decoded)
                            .ok_or_else(|| malformed(name, "is not percent-encoded, or too long"))?;
                        // Timestamps stand in headers, so none is lost with this one.
                        self.read_value(place, name, value, sink, &mut None)?;
                    }
                }
                SignatureSource::Json(_) | SignatureSource::Form(_) => present = true,
                #[cfg(feature = "public-key")]
                SignatureSource::Base64Json { name, pointer } => {
                    if let Some(value) = once(&head.headers, name)? {
                        present = true;
                        let wrong = || malformed(name, "is not base64 of JSON with a signature");
                        let document = STANDARD.decode(value.as_bytes()).map_err(|_| wrong())?;
                        let text = json::unique(&document, pointer).ok().and_then(json::string).ok_or_else(wrong)?;
                        self.read_value(place, name, text.as_bytes(), sink, &mut None)?;
                    }
                }
            }
        }
        if !present {
            let name = self.signatures.iter().find_map(SignaturePlace::name).unwrap_or_default();
            return Err(missing_header(name));
        }
        let in_body = self.signatures.iter().any(|place| place.source.is_in_body());
        if sink.count == 0 && !in_body {
            let hint = if sink.unreadable {
                "every signature has the wrong length or encoding"
            } else {
                "no signature of this scheme is among them"
            };
            return Err(SchemeError::new(SchemeErrorKind::Malformed).hint(hint));
        }
        Ok(timestamp)
    }

    /// One value that holds signatures.
    pub(super) fn read_value<'v>(
        &self,
        place: &SignaturePlace,
        name: &str,
        value: &'v [u8],
        sink: &mut impl Sink,
        timestamp: &mut Option<&'v [u8]>,
    ) -> Result<(), SchemeError> {
        let label = match self.timestamp.as_ref().map(|timestamp| &timestamp.source) {
            Some(TimestampSource::Item(label)) => Some(&**label),
            _ => None,
        };
        let outcome = place.grammar.read(value, label, &mut |found| match found {
            Found::Signature(text) => sink.take(place, text),
            Found::Timestamp(text) => match timestamp.replace(text) {
                None => Ok(()),
                Some(_) => Err("holds two timestamps"),
            },
        });
        outcome.map_err(|reason| malformed(name, reason))
    }

    fn read_timestamp<'a>(
        &self,
        header: &Header<'a, '_>,
        in_signature: Option<&'a [u8]>,
        now: UnixTime,
    ) -> Result<Option<Stamp<'a>>, SchemeError> {
        let Some(place) = &self.timestamp else { return Ok(None) };
        let text = match &place.source {
            TimestampSource::Header(_) => header.once()?.map(HeaderValue::as_bytes),
            TimestampSource::Item(_) | TimestampSource::FirstItem => in_signature,
            TimestampSource::Json { .. } | TimestampSource::Form(_) => return Ok(None),
        };
        let text = text.ok_or_else(|| match &place.source {
            TimestampSource::Header(name) => missing_header(name),
            _ => SchemeError::new(SchemeErrorKind::Missing).hint("there is no timestamp beside the signature"),
        })?;
        let time = place.unit.parse(text).ok_or_else(malformed_timestamp)?;
        place.window.check(place.unit, time, now)?;
        Ok(Some(Stamp { text, time }))
    }
}

/// Counts what it hands on.
struct Counting<'s, S> {
    sink: &'s mut S,
    count: usize,
    /// There was one that this side cannot read.
    unreadable: bool,
}

impl<S: Sink> Sink for Counting<'_, S> {
    #[inline]
    fn take(&mut self, place: &SignaturePlace, text: &[u8]) -> Result<(), &'static str> {
        match self.sink.take(place, text) {
            // Among several signatures, one that this side cannot read is no reason not to look at the others.
            Err(WRONG_FORM) if place.grammar.is_list() => {
                self.unreadable = true;
                Ok(())
            }
            outcome => {
                self.count += 1;
                outcome
            }
        }
    }
}

impl SignaturePlace {
    /// The header, where it is one that may be there once.
    fn only_header(&self) -> Option<&str> {
        match &self.source {
            SignatureSource::Header { name, repeated: false } => Some(name),
            _ => None,
        }
    }

    fn name(&self) -> Option<&str> {
        match &self.source {
            SignatureSource::Header { name, .. } | SignatureSource::NumberedHeaders { name, .. } => Some(name),
            SignatureSource::Query(name) => Some(name),
            #[cfg(feature = "public-key")]
            SignatureSource::Base64Json { name, .. } => Some(name),
            SignatureSource::Json(_) | SignatureSource::Form(_) => None,
        }
    }
}

/// Whether the body says that it is a form.
pub(super) fn is_form(head: &Parts) -> bool {
    let content_type = head.headers.get(CONTENT_TYPE).map_or(&[][..], HeaderValue::as_bytes);
    content_type.get(..FORM.len()).is_some_and(|start| start.eq_ignore_ascii_case(FORM))
}

const FORM: &[u8] = b"application/x-www-form-urlencoded";

pub(crate) fn required_header<'a>(head: &'a Parts, name: &str) -> Result<&'a [u8], SchemeError> {
    once(&head.headers, name)?.map(HeaderValue::as_bytes).ok_or_else(|| missing_header(name))
}

pub(super) fn required_parameter<'a>(head: &'a Parts, name: &str) -> Result<&'a [u8], SchemeError> {
    query_parameter(head, name)?
        .ok_or_else(|| SchemeError::new(SchemeErrorKind::Missing).hint(format!("there is no `{name}` in the query")))
}

fn check_key_header(key: &Header<'_, '_>) -> Result<(), SchemeError> {
    let value = key.once()?.ok_or_else(|| missing_header(key.name))?;
    if value.as_bytes().contains(&b' ') { Err(malformed(key.name, "holds a space")) } else { Ok(()) }
}

/// Whether `header` is `pattern` with a number from 1 to `count` for its `{n}`.
fn is_numbered(header: &str, pattern: &str, count: u8) -> bool {
    pattern
        .split_once("{n}")
        .and_then(|(before, after)| header.strip_prefix(before)?.strip_suffix(after))
        .filter(|number| number.starts_with(|first: char| ('1'..='9').contains(&first)))
        .and_then(|number| number.parse::<u8>().ok())
        .is_some_and(|number| number <= count)
}

#[cold]
pub(super) fn missing_header(name: &str) -> SchemeError {
    SchemeError::new(SchemeErrorKind::Missing).hint(format!("there is no `{name}`"))
}

#[cold]
pub(super) fn malformed(name: &str, reason: &str) -> SchemeError {
    SchemeError::new(SchemeErrorKind::Malformed).hint(format!("`{name}` {reason}"))
}

#[cold]
pub(super) fn malformed_timestamp() -> SchemeError {
    SchemeError::new(SchemeErrorKind::Malformed).hint("the timestamp is not written the way this scheme writes it")
}
