//! Checks a request against a recipe.

use super::{
    Field, Scheme, SchemeError, SchemeErrorKind, SchemeInput, Verification,
    json::{self, LookupError},
    mac::Tag,
    places::{FieldPlace, FieldPlaceSource, SignatureSource, TimestampPlace, TimestampSource},
    read::{Candidates, Reading, Stamp, malformed, malformed_timestamp, required_header, required_parameter},
    recipe::Recipe,
    template::{MAX_SLICES, Part},
};
use crate::{error::ConfigError, secrets::Keyring, time::UnixTime};
use http::{HeaderName, HeaderValue, request::Parts};
use std::{borrow::Cow, sync::Arc, time::Duration};

impl Scheme for Recipe {
    fn name(&self) -> &str {
        &self.name
    }

    fn precheck(&self, head: &Parts, now: UnixTime) -> Result<(), SchemeError> {
        let reading = self.read(head, now, &mut Candidates::new())?;
        // What stands in the body stays empty: all that the head adds to the signed content is there, or never will be.
        let timestamp = reading.timestamp.map_or(&[][..], |stamp| stamp.text);
        self.content(head, &[], Some(timestamp), &[]).map(|_| ())
    }

    fn verify(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Result<Verification, SchemeError> {
        let SchemeInput { head, payload, now } = *input;
        let mut candidates = Candidates::new();
        let mut reading = self.read(head, now, &mut candidates)?;
        self.read_body_signatures(payload, &mut candidates)?;
        let signs_timestamp = self.content.has(&Part::Timestamp);
        if signs_timestamp {
            self.read_body_timestamp(payload, now, &mut reading.timestamp)?;
        }
        let values = self.body_values(payload)?;
        let content = self.content(head, payload, reading.timestamp.map(|stamp| stamp.text), &values)?;
        let matched = self.find_key(&content, &candidates, keys, now)?;
        if !signs_timestamp {
            // A time that is signed as part of the body can wait until the body is known to be the sender's.
            self.read_body_timestamp(payload, now, &mut reading.timestamp)?;
        }
        Ok(self.verification(matched, &reading))
    }

    fn key_header(&self) -> Option<&HeaderName> {
        self.key_header.as_ref()
    }

    fn time_window(&self) -> Option<Duration> {
        self.timestamp.as_ref().map(TimestampPlace::span)
    }

    fn check_keys(&self, keys: &Keyring) -> Result<(), ConfigError> {
        if self.content.has(&Part::Url) && self.public_origin.is_none() {
            return Err(ConfigError::new("public_origin", "is not set, and this scheme signs the URL"));
        }
        keys.entries().iter().try_for_each(|entry| entry.with_mac_key(&self.key, |_| ()))
    }

    fn explain_mismatch(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Option<Cow<'static, str>> {
        self.explain(input, keys).map(Cow::Borrowed)
    }
}

/// The key that matched, and what tells this delivery from others.
struct Matched<'k> {
    key_id: &'k Arc<str>,
    oldest: Tag,
}

impl Recipe {
    fn find_key<'k>(
        &self,
        content: &Content<'_>,
        candidates: &Candidates,
        keys: &'k Keyring,
        now: UnixTime,
    ) -> Result<Matched<'k>, SchemeError> {
        let mut key_id = None;
        let mut oldest = None;
        // From the oldest to the newest.
        for entry in keys.entries().iter().rev() {
            let is_active = entry.is_active(now);
            // The oldest key's tag is wanted even when the key no longer counts: were it another key's, a replay
            // could pass for a new delivery once a key has gone, or by leaving out one of several signatures.
            if !is_active && oldest.is_some() {
                continue;
            }
            // A key that is not of this scheme's form matches nothing. An error of its own would tell keys that are
            // known from those that are not, and one bad key would keep the others from counting.
            let Ok(tag) = entry.with_mac_key(&self.key, |key| key.tag(|update| content.feed(update))) else {
                continue;
            };
            let hit = bool::from(candidates.hold(&tag));
            if hit && is_active {
                key_id = Some(entry.id());
            }
            oldest.get_or_insert(tag);
        }
        match key_id.zip(oldest) {
            Some((key_id, oldest)) => Ok(Matched { key_id, oldest }),
            None => Err(SchemeError::new(SchemeErrorKind::Mismatch)),
        }
    }

    fn verification(&self, matched: Matched<'_>, reading: &Reading<'_>) -> Verification {
        Verification {
            key_id: Arc::clone(matched.key_id),
            timestamp: reading.timestamp.map(|stamp| stamp.time),
            id: field(self.id.as_ref(), reading.id),
            kind: field(self.kind.as_ref(), reading.kind),
            replay_material: Some(matched.oldest.into()),
        }
    }

    pub(super) fn read_body_signatures(&self, payload: &[u8], candidates: &mut Candidates) -> Result<(), SchemeError> {
        for place in self.signatures.iter() {
            if let SignatureSource::Json(pointer) = &place.source {
                let value = body_scalar(payload, pointer)?;
                self.read_value(place, pointer, value.as_bytes(), candidates, &mut None)?;
            }
        }
        Ok(())
    }

    fn read_body_timestamp<'a>(
        &self,
        payload: &'a [u8],
        now: UnixTime,
        timestamp: &mut Option<Stamp<'a>>,
    ) -> Result<(), SchemeError> {
        if let Some(place) = &self.timestamp
            && let TimestampSource::Json { pointer, quoted } = &place.source
        {
            let stamp = body_timestamp(place, pointer, *quoted, payload)?;
            place.window.check(place.unit, stamp.time, now)?;
            *timestamp = Some(stamp);
        }
        Ok(())
    }

    /// What the signed content takes from inside the body, in the order of its parts. None of it, for most schemes.
    pub(crate) fn body_values<'a>(&self, payload: &'a [u8]) -> Result<Vec<Cow<'a, str>>, SchemeError> {
        let pointers = self.content.parts.iter().filter_map(|part| self.body_pointer(part));
        pointers.map(|pointer| body_scalar(payload, pointer)).collect()
    }

    fn body_pointer<'p>(&'p self, part: &'p Part) -> Option<&'p str> {
        match (part, self.id.as_ref().map(|id| &id.source)) {
            (Part::Json(pointer), _) | (Part::Id, Some(FieldPlaceSource::Json(pointer))) => Some(pointer),
            _ => None,
        }
    }

    /// The signed content, as slices of the request.
    pub(crate) fn content<'a>(
        &'a self,
        head: &'a Parts,
        payload: &'a [u8],
        timestamp: Option<&'a [u8]>,
        body_values: &'a [Cow<'a, str>],
    ) -> Result<Content<'a>, SchemeError> {
        let mut content = Content { slices: [&[]; MAX_SLICES], count: 0 };
        let mut body_values = body_values.iter();
        let mut after_body = false;
        let mut before: Option<&Part> = None;
        let mut parts = self.content.parts.iter().peekable();
        while let Some(part) = parts.next() {
            let value: &[u8] = match part {
                Part::Literal(text) => text.as_bytes(),
                Part::Body => payload,
                Part::Header(name) => required_header(head, name)?,
                Part::Id => match (self.id.as_ref().map(|id| &id.source), self.body_pointer(part)) {
                    (_, Some(_)) => body_values.next().map_or(&[], |value| value.as_bytes()),
                    (Some(FieldPlaceSource::Header(name)), None) => required_header(head, name)?,
                    _ => return Err(SchemeError::new(SchemeErrorKind::Missing).hint("there is no id")),
                },
                Part::Json(_) => body_values.next().map_or(&[], |value| value.as_bytes()),
                Part::Method => head.method.as_str().as_bytes(),
                Part::Path => head.uri.path().as_bytes(),
                Part::Query(name) => required_parameter(head, name)?,
                Part::Timestamp => {
                    timestamp.ok_or_else(|| SchemeError::new(SchemeErrorKind::Missing).hint("there is no timestamp"))?
                }
                Part::Url => {
                    let origin = self.public_origin.as_deref().ok_or_else(|| {
                        SchemeError::new(SchemeErrorKind::Mismatch).hint("no public origin is set on this side")
                    })?;
                    content.push(origin.as_bytes());
                    head.uri.path_and_query().map_or(head.uri.path(), |path| path.as_str()).as_bytes()
                }
            };
            let next = parts.peek().copied();
            // The grammars of times leave no room for another cut, and the body is what is left when all else is cut.
            if !matches!(part, Part::Literal(_) | Part::Body) && !self.is_timestamp(part) {
                check_cut(part, value, before.filter(|before| after_body || !before.is_literal()), next)?;
            }
            after_body |= matches!(part, Part::Body);
            before = Some(part);
            content.push(value);
        }
        Ok(content)
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

    fn as_literal(&self) -> Option<&str> {
        match self {
            Self::Literal(text) => Some(text),
            _ => None,
        }
    }
}

/// The signed content.
pub(crate) struct Content<'a> {
    slices: [&'a [u8]; MAX_SLICES],
    count: usize,
}

impl<'a> Content<'a> {
    fn push(&mut self, slice: &'a [u8]) {
        // A template has no more parts than there is room.
        if let Some(place) = self.slices.get_mut(self.count) {
            *place = slice;
            self.count += 1;
        }
    }

    pub(crate) fn feed(&self, update: &mut dyn FnMut(&[u8])) {
        self.slices.iter().take(self.count).for_each(|slice| update(slice));
    }
}

fn field(place: Option<&FieldPlace>, header: Option<&HeaderValue>) -> Option<Field> {
    let place = place?;
    match &place.source {
        FieldPlaceSource::Header(_) => Some(Field::header(header?.clone(), place.signed)),
        FieldPlaceSource::Json(pointer) => Some(Field::payload(pointer.clone(), place.signed)),
    }
}

/// Whether `value` followed by `text` holds `text` before the end of `value`: inside it, or as `--` after `evt-` does.
fn appears_before_end(value: &[u8], text: &[u8]) -> bool {
    (0..value.len())
        .filter_map(|start| value.get(start..))
        .any(|end| end.starts_with(text) || text.strip_prefix(end).is_some_and(|missing| text.starts_with(missing)))
}

/// The mirror image: whether `text` followed by `value` holds `text` anywhere but at its start.
fn appears_after_start(value: &[u8], text: &[u8]) -> bool {
    (1..=value.len())
        .filter_map(|end| value.get(..end))
        .any(|start| start.ends_with(text) || text.strip_suffix(start).is_some_and(|missing| text.ends_with(missing)))
}

/// The string or integer at `pointer`.
fn body_scalar<'a>(payload: &'a [u8], pointer: &str) -> Result<Cow<'a, str>, SchemeError> {
    let text = json::unique(payload, pointer).map_err(|error| lookup_failed(error, pointer))?;
    json::string(text)
        .or_else(|| json::is_integer(text).then_some(Cow::Borrowed(text)))
        .ok_or_else(|| lookup_failed(LookupError::BadValue, pointer))
}

pub(super) fn body_timestamp<'a>(
    place: &TimestampPlace,
    pointer: &str,
    quoted: bool,
    payload: &'a [u8],
) -> Result<Stamp<'a>, SchemeError> {
    let text = json::unique(payload, pointer).map_err(|error| lookup_failed(error, pointer))?;
    let text = if quoted || !place.unit.is_numeric() {
        // With an escape in it, the text would not be the bytes that were received.
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|text| !text.contains('\\'))
    } else {
        Some(text)
    };
    let text = text.ok_or_else(malformed_timestamp)?.as_bytes();
    let time = place.unit.parse(text).ok_or_else(malformed_timestamp)?;
    Ok(Stamp { text, time })
}

fn lookup_failed(error: LookupError, pointer: &str) -> SchemeError {
    match error {
        LookupError::NotJson => {
            SchemeError::new(SchemeErrorKind::PayloadMalformed).hint("the body is not JSON, or nested too deeply")
        }
        LookupError::Absent => {
            SchemeError::new(SchemeErrorKind::PayloadMalformed).hint(format!("the body holds nothing at `{pointer}`"))
        }
        LookupError::BadValue => malformed(pointer, "holds something else than it should in the body"),
        LookupError::Twice => malformed(pointer, "is there twice in the body"),
    }
}
