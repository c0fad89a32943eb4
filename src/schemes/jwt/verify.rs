//! Checks a request against a token.

use super::{
    BodyProof, JwtForm, Times,
    detached::Signed,
    keys::{JwtKeys, tag},
    token::{Object, Token},
};
use crate::{
    schemes::{
        Field, SchemeError, SchemeErrorKind, SchemeInput, Verification, grammar::SignatureEncoding, mac::Tag,
        public_key::sha256, read::malformed,
    },
    time::UnixTime,
};
use aws_lc_rs::digest::Digest;
use http::request::Parts;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// What a token is checked against.
#[derive(Clone, Copy)]
pub(crate) struct JwtRequest<'a> {
    pub(crate) input: SchemeInput<'a>,
    /// What the sender's URL of this endpoint starts with.
    pub(crate) public_origin: Option<&'a str>,
}

impl JwtForm {
    /// Looks at what the head holds: a token of the right form, inside its times. Its signature is not checked.
    pub(crate) fn precheck(&self, head: &Parts, now: UnixTime) -> Result<(), SchemeError> {
        match self.token(head, None)? {
            Some(token) if !self.is_detached() => self.times.check(&token.claims()?, now).map(drop),
            _ => Ok(()),
        }
    }

    /// Checks the signature against each of `keys`, then what the claims say about the request.
    pub(crate) fn verify<'k>(
        &self,
        request: &JwtRequest<'_>,
        keys: impl IntoIterator<Item = (&'k Arc<str>, &'k JwtKeys)>,
    ) -> Result<Verification, SchemeError> {
        let SchemeInput { head, payload, now, .. } = request.input;
        let mismatch = || SchemeError::new(SchemeErrorKind::Mismatch);
        let token = self.token(head, Some(payload))?.ok_or_else(mismatch)?;
        let signed = Signed::new(self, &token, request)?;
        let mut matched = None;
        for (key_id, keys) in keys {
            // All are tried, whichever the first to match.
            let content = self.verified_by(&token, signed.as_ref(), payload, keys);
            matched = matched.or(content.map(|content| (key_id, content)));
        }
        let (key_id, content) = matched.ok_or_else(mismatch)?;
        // A copy of a delivery has the same text signed; signatures of ECDSA can be altered and still verify.
        let material = sha256(&[token.header, b".", content]);
        let verification = Verification::new(Arc::clone(key_id)).replay_material(material.as_ref());
        if self.is_detached() { Ok(verification) } else { self.check_claims(&token, request, now, verification) }
    }

    /// What the signature of the token covers beside its header, if this is one of its keys.
    fn verified_by<'a>(
        &self,
        token: &Token<'a>,
        signed: Option<&'a Signed>,
        payload: &'a [u8],
        keys: &JwtKeys,
    ) -> Option<&'a [u8]> {
        match (signed, &self.proof) {
            (Some(signed), _) => signed.verified_by(token, keys),
            (None, BodyProof::Detached) => keys.verify(token, &[token.header, b".", payload]).then_some(payload),
            (None, _) => keys.verify(token, &token.signed_parts()).then_some(token.payload),
        }
    }

    fn check_claims(
        &self,
        token: &Token<'_>,
        request: &JwtRequest<'_>,
        now: UnixTime,
        mut verification: Verification,
    ) -> Result<Verification, SchemeError> {
        let claims = token.claims()?;
        if let Some(time) = self.times.check(&claims, now)? {
            verification = verification.timestamp(time);
        }
        if let Some(issuer) = &self.issuer
            && claims.text("iss")?.ok_or_else(|| absent("iss"))? != **issuer
        {
            return Err(mismatched("iss", "is not the issuer that was configured"));
        }
        self.check_url(&claims, request)?;
        self.check_body(&claims, request.input.payload)?;
        if let Some(claim) = &self.id
            && let Some(id) = claims.scalar(claim)?
        {
            verification = verification.id(Field::signed(id));
        }
        if let Some(claim) = &self.kind
            && let Some(kind) = claims.scalar(claim)?
        {
            verification = verification.kind(Field::signed(kind));
        }
        Ok(verification)
    }

    fn check_url(&self, claims: &Object, request: &JwtRequest<'_>) -> Result<(), SchemeError> {
        let Some(url) = &self.url else { return Ok(()) };
        let said = claims.text(&url.claim)?.ok_or_else(|| absent(&url.claim))?;
        let origin = request
            .public_origin
            .ok_or_else(|| SchemeError::new(SchemeErrorKind::Mismatch).hint("no public origin is set on this side"))?;
        let uri = &request.input.head.uri;
        let rest = uri.path_and_query().map_or(uri.path(), |rest| rest.as_str());
        // Where nothing follows the host, the slash is as good as not there.
        let bare = (rest == "/").then_some([origin.as_bytes(), b""]);
        let matches = |url_parts: [&[u8]; 2]| {
            if url.is_digest {
                is_digest(&sha256(&url_parts), SignatureEncoding::Hex, &said)
            } else {
                url_parts.concat() == said.as_bytes()
            }
        };
        if matches([origin.as_bytes(), rest.as_bytes()]) || bare.is_some_and(matches) {
            Ok(())
        } else {
            Err(mismatched(&url.claim, "is not the URL of this request under the public origin"))
        }
    }

    fn check_body(&self, claims: &Object, payload: &[u8]) -> Result<(), SchemeError> {
        match &self.proof {
            BodyProof::Digest { claim, encoding, absent_when_empty } => match claims.text(claim)? {
                Some(said) if is_digest(&sha256(&[payload]), *encoding, &said) => Ok(()),
                Some(_) => Err(mismatched(claim, "is not the SHA-256 of the body")),
                None if *absent_when_empty && payload.is_empty() => Ok(()),
                None => Err(absent(claim)),
            },
            BodyProof::Text { claim } => {
                let said = claims.text(claim)?.ok_or_else(|| absent(claim))?;
                if said.as_bytes().ct_eq(payload).into() { Ok(()) } else { Err(mismatched(claim, "is not the body")) }
            }
            BodyProof::Token | BodyProof::Detached | BodyProof::DetachedRequest => Ok(()),
        }
    }
}

impl Times {
    /// When the token was issued or began to count, if it says so.
    fn check(&self, claims: &Object, now: UnixTime) -> Result<Option<UnixTime>, SchemeError> {
        let expires = self.read(claims, "exp", self.expires)?;
        let not_before = self.read(claims, "nbf", self.not_before)?;
        let issued_at = self.read(claims, "iat", self.issued_at)?;
        let second = UnixTime::from_seconds(now.as_seconds());
        let out = |hint: &'static str| Err(SchemeError::new(SchemeErrorKind::OutOfTolerance).hint(hint));
        if expires.is_some_and(|expires| now.saturating_sub(self.leeway) >= expires) {
            return out("the token has expired");
        }
        if not_before.is_some_and(|start| second.saturating_add(self.leeway) < start) {
            return out("the token does not count yet: if it is new, one of the two machines has the wrong time");
        }
        if issued_at.is_some_and(|issued| second.saturating_add(self.leeway) < issued) {
            return out("the token comes from the future: one of the two machines has the wrong time");
        }
        let since = issued_at.or(not_before);
        match (self.max_age, since) {
            (Some(max_age), Some(since)) if second.saturating_since(since) > max_age => out("the token is too old"),
            (Some(_), None) => Err(absent("iat")),
            _ => Ok(since),
        }
    }

    fn read(&self, claims: &Object, claim: &str, required: bool) -> Result<Option<UnixTime>, SchemeError> {
        match claims.value(claim)? {
            Some(text) => match numeric_date(&text) {
                Some(time) => Ok(Some(time)),
                None => Err(malformed(claim, "is no time in seconds")),
            },
            None if required => Err(absent(claim)),
            None => Ok(None),
        }
    }
}

/// Seconds since the epoch, perhaps with a fraction, which is cut off.
fn numeric_date(text: &str) -> Option<UnixTime> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.len() > 12 || !is_number(seconds) || !is_number(fraction) {
        return None;
    }
    seconds.parse().ok().map(UnixTime::from_seconds)
}

/// Whether `said` is this digest, in constant time.
fn is_digest(digest: &Digest, encoding: SignatureEncoding, said: &str) -> bool {
    let bytes = digest.as_ref();
    let mut decoded = Tag::EMPTY;
    match (encoding.decode(said.as_bytes(), bytes.len(), &mut decoded), tag(bytes)) {
        (Some(()), Some(computed)) => computed.matches(&decoded).into(),
        _ => false,
    }
}

fn absent(claim: &str) -> SchemeError {
    SchemeError::new(SchemeErrorKind::Missing).hint(format!("there is no `{claim}` in the token"))
}

fn mismatched(claim: &str, reason: &str) -> SchemeError {
    SchemeError::new(SchemeErrorKind::Mismatch).hint(format!("`{claim}` {reason}"))
}
