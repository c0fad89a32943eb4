//! Checks a request against its signatures.

use super::{
    Means, MessageSignatureAlgorithm, MessageSignatureForm,
    base::{Covered, SIGNED_PARAMETERS, signature_base},
    digest::{self, CONTENT_DIGEST},
    fields::{Member, Parameters, required_dictionary, serialize_item},
};
use crate::{
    error::ConfigError,
    schemes::{
        SchemeError, SchemeErrorKind, SchemeInput, Verification,
        mac::{KeyForm, MacKey, SecretEncoding, Tag},
        public_key::{PublicKey, sha256},
        read::malformed,
        time::TimestampUnit,
    },
    time::UnixTime,
};
use aws_lc_rs::digest::Digest;
use http::request::Parts;
use sfv::BareItem;
use std::{fmt, sync::Arc};

/// How many signatures are checked for one request, with whichever key.
const MAX_TRIED: usize = 32;

/// What signatures are checked against.
#[derive(Clone, Copy)]
pub(crate) struct MessageRequest<'a> {
    pub(crate) input: SchemeInput<'a>,
    /// What the sender's URL of this endpoint starts with.
    pub(crate) public_origin: Option<&'a str>,
}

/// A key, ready to verify with.
#[derive(Clone)]
pub(crate) enum MessageKey {
    Mac(Box<MacKey>),
    PublicKey(PublicKey),
}

impl MessageKey {
    /// # Errors
    ///
    /// When the text of this secret is no key of this algorithm.
    pub(crate) fn parse(
        algorithm: MessageSignatureAlgorithm,
        encoding: &SecretEncoding,
        text: &[u8],
    ) -> Result<Self, ConfigError> {
        match algorithm.means() {
            Means::Mac(algorithm) => {
                let form = KeyForm { algorithm, encoding: encoding.clone() };
                MacKey::new(&form, text).map(|key| Self::Mac(Box::new(key)))
            }
            Means::PublicKey(algorithm) => PublicKey::parse(algorithm, text).map(Self::PublicKey),
        }
    }

    fn verify(&self, signature: &[u8], base: &[u8]) -> bool {
        match self {
            Self::Mac(key) => {
                let computed = key.tag([Some(base)]);
                let mut presented = Tag::EMPTY;
                let filled = presented.fill(signature.len(), |place| {
                    place.copy_from_slice(signature);
                    Some(())
                });
                filled.is_some() && computed.matches(&presented).into()
            }
            Self::PublicKey(key) => key.verify(signature, &[base]),
        }
    }
}

impl fmt::Debug for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MessageKey { .. }")
    }
}

/// A signature of the right form, inside its times.
struct Candidate {
    covered: Covered,
    signature: Vec<u8>,
    created: Option<UnixTime>,
}

impl MessageSignatureForm {
    /// Looks at what the head holds: a signature of the right form, inside its times, over what has to be covered.
    pub(crate) fn precheck(&self, head: &Parts, now: UnixTime, public_origin: Option<&str>) -> Result<(), SchemeError> {
        let candidates = self.candidates(head, now)?;
        let results =
            candidates.iter().map(|candidate| signature_base(&candidate.covered, head, public_origin).map(drop));
        first_success(results)
    }

    /// Checks the signatures against `keys`, and the content against its digest.
    pub(crate) fn verify<'k>(
        &self,
        request: &MessageRequest<'_>,
        keys: &[(&'k Arc<str>, &'k MessageKey)],
    ) -> Result<Verification, SchemeError> {
        let SchemeInput { head, payload, now, .. } = request.input;
        let mut tries = 0;
        let candidates = self.candidates(head, now)?;
        first_success(candidates.iter().map(|candidate| {
            if !payload.is_empty() && !candidate.covered.covers_content() {
                return Err(SchemeError::new(SchemeErrorKind::Missing)
                    .hint("there is a body, and the signature does not cover `content-digest`"));
            }
            let base = signature_base(&candidate.covered, head, request.public_origin)?;
            let key_id = candidate.find_key(&base, keys, &mut tries)?;
            if candidate.covered.covers_content() {
                digest::check(head, payload)?;
            }
            let material = candidate.material(&base);
            let verification = Verification::new(Arc::clone(key_id)).replay_material(material.as_ref());
            Ok(candidate
                .created
                .map_or_else(|| verification.clone(), |created| verification.clone().timestamp(created)))
        }))
    }

    /// The signatures that may count, or why the first of them does not.
    fn candidates(&self, head: &Parts, now: UnixTime) -> Result<Vec<Candidate>, SchemeError> {
        let inputs = required_dictionary(head, "signature-input")?;
        let mut signatures = required_dictionary(head, "signature")?;
        let mut candidates = Vec::new();
        let mut refused = None;
        for (label, input) in inputs {
            if self.label.as_ref().is_some_and(|wanted| **wanted != *label.as_str()) {
                continue;
            }
            let place = signatures.iter().position(|(other, _)| other.as_str() == label.as_str());
            let signature = place.map(|place| signatures.swap_remove(place).1);
            match self.candidate(input, signature, head, now) {
                Ok(candidate) => candidates.extend(candidate),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        match (candidates.is_empty(), refused) {
            (false, _) => Ok(candidates),
            (true, Some(error)) => Err(error),
            (true, None) => Err(SchemeError::new(SchemeErrorKind::Missing)
                .hint("no signature has the label, the tag and the algorithm of this scheme")),
        }
    }

    /// `None` for a signature that is meant for somebody else.
    fn candidate(
        &self,
        input: Member,
        signature: Option<Member>,
        head: &Parts,
        now: UnixTime,
    ) -> Result<Option<Candidate>, SchemeError> {
        let covered = Covered::new(input)?;
        let parameters = &covered.parameters;
        let tag = parameters.text("tag")?;
        let algorithm = parameters.text("alg")?;
        if self.tag.as_deref().is_some_and(|wanted| tag != Some(wanted))
            || algorithm.is_some_and(|name| name != self.algorithm.name())
        {
            return Ok(None);
        }
        let Some(Member::Item(BareItem::ByteSequence(signature), _)) = signature else {
            return Err(malformed("signature", "lacks a signature that is described, or holds something else"));
        };
        let created = self.check_times(&covered, now)?;
        if self.nonce_required && parameters.text("nonce")?.is_none() {
            return Err(SchemeError::new(SchemeErrorKind::Missing).hint("the signature has no `nonce`"));
        }
        let is_covered = |name: &&str| match *name {
            CONTENT_DIGEST => covered.covers_content(),
            name => covered.covers(name),
        };
        if let Some(name) = self.required.iter().map(|name| &**name).find(|name| !is_covered(name)) {
            return Err(
                SchemeError::new(SchemeErrorKind::Missing).hint(format!("the signature does not cover `{name}`"))
            );
        }
        if covered.covers_content() {
            digest::read(head)?;
        }
        Ok(Some(Candidate { covered, signature, created }))
    }

    fn check_times(&self, covered: &Covered, now: UnixTime) -> Result<Option<UnixTime>, SchemeError> {
        let created = time(covered, "created")?;
        match created {
            Some(created) => self.window.check(TimestampUnit::Seconds, created, now)?,
            None if self.created_required => {
                return Err(SchemeError::new(SchemeErrorKind::Missing).hint("the signature has no `created`"));
            }
            None => {}
        }
        match time(covered, "expires")? {
            Some(expires) if UnixTime::from_seconds(now.as_seconds()) > expires => {
                Err(SchemeError::new(SchemeErrorKind::OutOfTolerance).hint("the signature has expired"))
            }
            _ => Ok(created),
        }
    }
}

impl Candidate {
    /// What is the same for every copy of a delivery. Not the signature: one of ECDSA can be altered and still verifies.
    /// And not what only says whose it is: with several signatures, a copy could be sent without the first, or with
    /// another one first.
    fn material(&self, base: &[u8]) -> Digest {
        let start =
            base.windows(SIGNED_PARAMETERS.len()).rposition(|window| window == SIGNED_PARAMETERS).unwrap_or(base.len());
        let parameters = &self.covered.parameters;
        let bare = |value: &BareItem| serialize_item(value, &Parameters::default());
        let values = ["created", "expires", "nonce"].map(|name| parameters.value(name).map(bare));
        let values = values.map(Option::unwrap_or_default);
        let [created, expires, nonce] = values.each_ref().map(String::as_bytes);
        sha256(&[base.get(..start).unwrap_or(base), created, b"\n", expires, b"\n", nonce])
    }

    fn find_key<'k>(
        &self,
        base: &[u8],
        keys: &[(&'k Arc<str>, &'k MessageKey)],
        tries: &mut usize,
    ) -> Result<&'k Arc<str>, SchemeError> {
        let named = self.covered.parameters.text("keyid")?;
        let is_named = |(id, _): &&(&'k Arc<str>, &'k MessageKey)| named == Some(&***id);
        let is_known = keys.iter().any(|key| is_named(&key));
        let mut matched = None;
        for (id, key) in keys.iter().filter(|key| !is_known || is_named(key)) {
            *tries += 1;
            if *tries > MAX_TRIED {
                break;
            }
            // All are tried, whichever the first to match.
            if key.verify(&self.signature, base) {
                matched = matched.or(Some(*id));
            }
        }
        matched.ok_or_else(|| SchemeError::new(SchemeErrorKind::Mismatch))
    }
}

fn time(covered: &Covered, name: &str) -> Result<Option<UnixTime>, SchemeError> {
    match covered.parameters.value(name) {
        None => Ok(None),
        Some(value) => match value.as_integer().map(i64::from) {
            Some(seconds @ 0..=999_999_999_999) => Ok(Some(UnixTime::from_seconds(seconds))),
            _ => Err(malformed(name, "is no time in seconds")),
        },
    }
}

/// The first success, or else the first error.
fn first_success<T>(results: impl Iterator<Item = Result<T, SchemeError>>) -> Result<T, SchemeError> {
    let mut refused = None;
    for result in results {
        match result {
            Ok(value) => return Ok(value),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or_else(|| SchemeError::new(SchemeErrorKind::Missing)))
}
