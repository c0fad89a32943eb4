//! Checks a request against a recipe.

#[cfg(feature = "public-key")]
use super::verify_public::Signatures;
use super::{
    Field, ReplayMaterial, Scheme, SchemeError, SchemeErrorKind, SchemeInput, Verification,
    computed::Delivery,
    content::{Content, ContentSource},
    form,
    json::{self, LookupError},
    mac::{KeyForm, MacKey, Tag},
    places::{FieldPlace, FieldPlaceSource, SignatureSource, TimestampPlace, TimestampSource},
    read::{Candidates, Reading, Sink, Stamp, malformed, malformed_timestamp},
    recipe::{Proof, Recipe},
    template::{Part, Template},
};
use crate::{
    error::ConfigError,
    secrets::{KeyEntry, Keyring},
    time::UnixTime,
};
use http::{HeaderValue, request::Parts};
use std::{borrow::Cow, sync::Arc, time::Duration};

impl Scheme for Recipe {
    fn name(&self) -> &str {
        &self.name
    }

    fn precheck(&self, head: &Parts, now: UnixTime) -> Result<(), SchemeError> {
        self.choose(head).precheck_head(head, now)
    }

    fn precheck_reads_the_clock(&self) -> bool {
        // What the alternatives sign, or a token says, is not looked into.
        self.proof.as_tag().is_none() || self.timestamp.is_some() || !self.alternatives.is_empty()
    }

    fn verify(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Result<Verification, SchemeError> {
        let recipe = self.choose(input.head);
        match &recipe.proof {
            Proof::Tag(form) => recipe.verify_tag(form, input, keys),
            #[cfg(feature = "public-key")]
            Proof::PublicKey(algorithm) => recipe.verify_public_key(*algorithm, input, keys),
            #[cfg(feature = "public-key")]
            Proof::Jwt(form) => recipe.verify_jwt(form, input, keys),
            #[cfg(feature = "message-signatures")]
            Proof::Message(form) => recipe.verify_message(form, input, keys),
        }
    }

    #[cfg(feature = "layers")]
    fn hash_ahead<'a>(&'a self, input: &SchemeInput<'a>, keys: &Keyring) -> Option<super::HashesAhead<'a>> {
        super::HashesAhead::new(self.choose(input.head), input, keys)
    }

    fn key_header(&self) -> Option<&str> {
        self.key_header.as_deref()
    }

    fn time_window(&self) -> Option<Duration> {
        let all = [self].into_iter().chain(self.alternatives.iter());
        all.filter_map(|recipe| match &recipe.proof {
            #[cfg(feature = "public-key")]
            Proof::Jwt(form) => form.time_span(),
            #[cfg(feature = "message-signatures")]
            Proof::Message(form) => form.time_span(),
            _ => recipe.timestamp.as_ref().map(TimestampPlace::span),
        })
        .max()
    }

    fn check_keys(&self, keys: &Keyring) -> Result<(), ConfigError> {
        let needs_address = match &self.proof {
            #[cfg(feature = "public-key")]
            Proof::Jwt(form) => form.needs_origin(),
            #[cfg(feature = "message-signatures")]
            Proof::Message(form) => form.needs_origin(),
            _ => self.signs_url(),
        };
        if needs_address && self.address.is_none() {
            return Err(ConfigError::new("public_origin", "is not set, and this scheme signs the URL"));
        }
        if let Some(setting) = self.settings.iter().find(|setting| setting.value.is_none()) {
            return Err(ConfigError::new(setting.name.clone(), "is a setting that this scheme needs, and is not set"));
        }
        keys.entries().iter().try_for_each(|entry| {
            let others = self.alternatives.iter();
            self.check_key(entry)
                .or_else(|error| others.map(|other| other.check_key(entry)).find(Result::is_ok).unwrap_or(Err(error)))
        })
    }

    fn explain_mismatch(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Option<Cow<'static, str>> {
        self.choose(input.head).explain(input, keys).map(Cow::Borrowed)
    }
}

impl Recipe {
    fn check_key(&self, entry: &KeyEntry) -> Result<(), ConfigError> {
        match &self.proof {
            // Which of several forms will be wanted is not known yet, and there is room for one.
            Proof::Tag(form) if !self.alternatives.is_empty() => MacKey::new(form, entry.secret().expose()).map(drop),
            Proof::Tag(form) => entry.with_mac_key(form, |_| ()),
            #[cfg(feature = "public-key")]
            Proof::PublicKey(algorithm) => entry.public_key(*algorithm).map(drop),
            #[cfg(feature = "public-key")]
            Proof::Jwt(form) => entry.jwt_keys(form).map(drop),
            #[cfg(feature = "message-signatures")]
            Proof::Message(form) => entry.message_key(form).map(drop),
        }
    }

    fn precheck_head(&self, head: &Parts, now: UnixTime) -> Result<(), SchemeError> {
        let reading = match &self.proof {
            Proof::Tag(form) => self.read_signed(head, now, &mut Candidates::new().sink(form))?,
            #[cfg(feature = "public-key")]
            Proof::PublicKey(algorithm) => self.read_signed(head, now, &mut Signatures::of(*algorithm))?,
            #[cfg(feature = "public-key")]
            Proof::Jwt(form) => return form.precheck(head, now),
            #[cfg(feature = "message-signatures")]
            Proof::Message(form) => return form.precheck(head, now, self.origin()),
        };
        if !self.content.parts.iter().any(Part::is_in_head) {
            return Ok(());
        }
        // What stands in the body stays empty: all that the head adds to the signed content is there, or never will be.
        let mut source = reading.source(head, &[]);
        source.timestamp = source.timestamp.or(Some(&[]));
        self.fill(&mut Content::new(), &self.content, &source, &[])
    }

    fn verify_tag(&self, form: &KeyForm, input: &SchemeInput<'_>, keys: &Keyring) -> Result<Verification, SchemeError> {
        let SchemeInput { head, payload, now, tags } = *input;
        let mut candidates = Candidates::new();
        let mut reading = self.read(head, now, &mut candidates.sink(form))?;
        let signed = self.body_form.render(head, payload)?;
        let payload = &*signed;
        self.read_rest(head, payload, now, &mut reading, &mut candidates.sink(form))?;
        let mut oldest = Tag::EMPTY;
        let entry = self.with_contents(&reading.source(head, payload), |content| {
            find_key(form, content, tags, &candidates, keys, now, &mut oldest)
        })?;
        self.read_late(payload, now, &mut reading)?;
        // A signature that may stand on several bodies tells none of them from another.
        let material = (self.covers_body() || self.single_use).then(|| oldest.into());
        let rendered = if let Cow::Owned(rendered) = &signed { Some(&**rendered) } else { None };
        Ok(self.verification(entry.id(), material, rendered, &reading))
    }

    /// Reads from the body what has to be known before the signature is checked.
    ///
    /// The head is read before the body is brought into the form that is signed: a request without a signature is not
    /// worth that work.
    #[inline(always)]
    pub(super) fn read_rest<'a>(
        &self,
        head: &'a Parts,
        payload: &'a [u8],
        now: UnixTime,
        reading: &mut Reading<'a>,
        sink: &mut impl Sink,
    ) -> Result<(), SchemeError> {
        if self.signatures.iter().any(|place| place.source.is_in_body()) {
            self.read_body_signatures(payload, sink)?;
        }
        if let Some(place) = self.body_timestamp_place()
            && self.has_part(&Part::Timestamp)
        {
            reading.timestamp = Some(body_timestamp(place, payload, now)?);
        }
        if let Some(check) = self.check {
            (check.0)(Delivery { recipe: self, head, payload })?;
        }
        Ok(())
    }

    /// Reads what could wait until the body is known to be the sender's: a time that is signed as part of it.
    pub(super) fn read_late<'a>(
        &self,
        payload: &'a [u8],
        now: UnixTime,
        reading: &mut Reading<'a>,
    ) -> Result<(), SchemeError> {
        if let Some(place) = self.body_timestamp_place()
            && !self.has_part(&Part::Timestamp)
        {
            reading.timestamp = Some(body_timestamp(place, payload, now)?);
        }
        Ok(())
    }

    /// Hands all that may have been signed to `work`, one after the other, until it is content with one.
    pub(super) fn with_contents<T>(
        &self,
        source: &ContentSource<'_>,
        mut work: impl FnMut(&Content<'_>) -> Option<T>,
    ) -> Result<T, SchemeError> {
        let mut attempt = |template| {
            let takes_values = self.takes_values(template);
            let values = if takes_values { self.body_values(template, source.head, source.payload)? } else { vec![] };
            let mut content = Content::new();
            self.fill(&mut content, template, source, &values)?;
            Ok(work(&content))
        };
        for (index, template) in [&self.content].into_iter().chain(self.other_contents.iter()).enumerate() {
            match attempt(template) {
                Ok(Some(done)) => return Ok(done),
                Err(error) if index == 0 => return Err(error),
                // What this request cannot have been signed as is no error: it was the other one, then, or neither.
                Ok(None) | Err(_) => {}
            }
        }
        Err(SchemeError::new(SchemeErrorKind::Mismatch))
    }

    pub(super) fn verification(
        &self,
        key_id: &Arc<str>,
        replay_material: Option<ReplayMaterial>,
        rendered: Option<&[u8]>,
        reading: &Reading<'_>,
    ) -> Verification {
        let field = |place: Option<&FieldPlace>, header| field(place?, header, rendered);
        Verification {
            key_id: Arc::clone(key_id),
            timestamp: reading.timestamp.map(|stamp| stamp.time),
            id: field(self.id.as_ref(), reading.id),
            kind: field(self.kind.as_ref(), reading.kind),
            replay_material,
            repeats: self.repeats,
        }
    }

    pub(super) fn read_body_signatures(&self, payload: &[u8], sink: &mut impl Sink) -> Result<(), SchemeError> {
        for place in self.signatures.iter() {
            match &place.source {
                SignatureSource::Json(pointer) => {
                    let value = body_scalar(payload, pointer)?;
                    self.read_value(place, pointer, value.as_bytes(), sink, &mut None)?;
                }
                SignatureSource::Form(name) => {
                    let value = form::unique(payload, name)?;
                    self.read_value(place, name, &value, sink, &mut None)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn body_timestamp_place(&self) -> Option<&TimestampPlace> {
        self.timestamp.as_ref().filter(|place| place.source.is_in_body())
    }

    /// Whether [`body_values`](Self::body_values) finds any.
    pub(super) fn takes_values(&self, template: &Template) -> bool {
        let id = self.id.as_ref().map(|id| &id.source);
        template.parts.iter().any(|part| match part {
            Part::Json(_) | Part::Form(_) | Part::Computed(_) | Part::UrlForm(_) => true,
            Part::Id => matches!(id, Some(FieldPlaceSource::Json(_) | FieldPlaceSource::Form(_))),
            _ => false,
        })
    }

    /// What the signed content takes from inside the body or has to make, in the order of its parts. None of it, for
    /// most schemes.
    pub(crate) fn body_values<'a>(
        &'a self,
        template: &'a Template,
        head: &'a Parts,
        payload: &'a [u8],
    ) -> Result<Vec<Cow<'a, [u8]>>, SchemeError> {
        let mut values = Vec::new();
        for part in template.parts.iter() {
            match part {
                Part::Json(pointer) => values.push(body_scalar_bytes(payload, pointer)?),
                Part::Form(name) => values.push(form::unique(payload, name)?),
                Part::Id => match self.id.as_ref().map(|id| &id.source) {
                    Some(FieldPlaceSource::Json(pointer)) => values.push(body_scalar_bytes(payload, pointer)?),
                    Some(FieldPlaceSource::Form(name)) => values.push(form::unique(payload, name)?),
                    Some(FieldPlaceSource::Header(_)) | None => {}
                },
                Part::Computed(computed) => {
                    values.push((computed.compute)(Delivery { recipe: self, head, payload })?);
                }
                Part::UrlForm(form) => {
                    let url = self.url(head)?;
                    let text = (form.write)(&url).ok_or_else(|| SchemeError::new(SchemeErrorKind::Mismatch))?;
                    values.push(text.into_owned().into_bytes().into());
                }
                _ => {}
            }
        }
        Ok(values)
    }
}

/// The newest key that matches. Writes down the tag of the oldest one, which tells this delivery from others.
fn find_key<'k>(
    form: &KeyForm,
    content: &Content<'_>,
    tags: &[Tag],
    candidates: &Candidates,
    keys: &'k Keyring,
    now: UnixTime,
    oldest: &mut Tag,
) -> Option<&'k KeyEntry> {
    let mut found = None;
    let mut has_oldest = false;
    let mut newer = Tag::EMPTY;
    // From the oldest to the newest.
    for (index, entry) in keys.entries().iter().enumerate().rev() {
        let is_active = entry.is_active(now);
        // The oldest key's tag is wanted even when the key no longer counts: were it another key's, a replay could pass
        // for a new delivery once a key has gone, or by leaving out one of several signatures.
        if !is_active && has_oldest {
            continue;
        }
        let tag = if has_oldest { &mut newer } else { &mut *oldest };
        if let Some(ahead) = tags.get(index) {
            *tag = *ahead;
        } else if entry.with_mac_key(form, |key| key.write_tag(content.parts(), tag)).is_err() {
            // A key that is not of this scheme's form matches nothing. An error of its own, or an answer that comes
            // sooner, would tell keys that are known from those that are not; and one bad key would keep the others from
            // counting.
            let _ = MacKey::stand_in(form.algorithm).map(|key| key.tag(content.parts()));
            continue;
        }
        has_oldest = true;
        if bool::from(candidates.hold(tag)) && is_active {
            found = Some(entry);
        }
    }
    found
}

/// `rendered` is the payload in the form that is signed, where it is not as it was received: what is handed on may not be
/// something in which the field could be looked up later.
#[inline]
pub(super) fn field(place: &FieldPlace, header: Option<&HeaderValue>, rendered: Option<&[u8]>) -> Option<Field> {
    Some(match (&place.source, rendered) {
        (FieldPlaceSource::Header(_), _) => Field::header(header?.clone(), place.signed),
        (FieldPlaceSource::Json(pointer), None) => Field::payload(pointer.clone(), place.signed),
        (FieldPlaceSource::Json(pointer), Some(payload)) => {
            let value = json::scalar(payload, pointer)?;
            if place.signed { Field::signed(value) } else { Field::unsigned(value) }
        }
        (FieldPlaceSource::Form(name), _) => Field::form(name.clone(), place.signed),
    })
}

/// The string or integer at `pointer`.
fn body_scalar<'a>(payload: &'a [u8], pointer: &str) -> Result<Cow<'a, str>, SchemeError> {
    let text = json::unique(payload, pointer).map_err(|error| lookup_failed(error, pointer))?;
    json::string(text)
        .or_else(|| json::is_integer(text).then_some(Cow::Borrowed(text)))
        .ok_or_else(|| lookup_failed(LookupError::BadValue, pointer))
}

pub(crate) fn body_scalar_bytes<'a>(payload: &'a [u8], pointer: &str) -> Result<Cow<'a, [u8]>, SchemeError> {
    Ok(match body_scalar(payload, pointer)? {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
}

fn body_timestamp<'a>(place: &TimestampPlace, payload: &'a [u8], now: UnixTime) -> Result<Stamp<'a>, SchemeError> {
    let text = match &place.source {
        TimestampSource::Json { pointer, quoted } => json_timestamp(place, pointer, *quoted, payload)?,
        TimestampSource::Form(name) => match form::unique(payload, name)? {
            Cow::Borrowed(text) => text,
            // Times hold nothing that a form has to encode, but for the colons and signs of dates: those are refused.
            Cow::Owned(_) => return Err(malformed_timestamp()),
        },
        _ => return Err(malformed_timestamp()),
    };
    let time = place.unit.parse(text).ok_or_else(malformed_timestamp)?;
    place.window.check(place.unit, time, now)?;
    Ok(Stamp { text, time })
}

fn json_timestamp<'a>(
    place: &TimestampPlace,
    pointer: &str,
    quoted: bool,
    payload: &'a [u8],
) -> Result<&'a [u8], SchemeError> {
    let text = json::unique(payload, pointer).map_err(|error| lookup_failed(error, pointer))?;
    let text = if quoted || !place.unit.is_numeric() {
        // With an escape in it, the text would not be the bytes that were received.
        text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).filter(|text| !text.contains('\\'))
    } else {
        Some(text)
    };
    text.map(str::as_bytes).ok_or_else(malformed_timestamp)
}

pub(crate) fn lookup_failed(error: LookupError, pointer: &str) -> SchemeError {
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
