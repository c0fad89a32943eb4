//! Checks a request against a recipe whose proof is no keyed hash.

#[cfg(feature = "message-signatures")]
use super::message_signature::{MessageRequest, MessageSignatureForm};
use super::{
    ReplayMaterial, SchemeError, SchemeInput, Verification,
    jwt::{JwtForm, JwtRequest},
    places::{FieldPlace, MAX_SIGNATURES, SignaturePlace},
    public_key::{PublicKeyAlgorithm, sha256},
    read::{Sink, TOO_MANY, WRONG_FORM},
    recipe::{PublicAddress, Recipe},
    verify::field,
};
use crate::secrets::{KeyEntry, Keyring};
use std::borrow::Cow;

/// The signatures of a request that are longer than tags.
pub(super) struct Signatures {
    algorithm: PublicKeyAlgorithm,
    found: Vec<Vec<u8>>,
}

impl Signatures {
    pub(super) const fn of(algorithm: PublicKeyAlgorithm) -> Self {
        Self { algorithm, found: Vec::new() }
    }
}

impl Sink for Signatures {
    fn take(&mut self, place: &SignaturePlace, text: &[u8]) -> Result<(), &'static str> {
        if self.found.len() == MAX_SIGNATURES {
            return Err(TOO_MANY);
        }
        self.found.push(self.algorithm.decode_signature(place.encoding, text).ok_or(WRONG_FORM)?);
        Ok(())
    }
}

impl Recipe {
    pub(crate) fn origin(&self) -> Option<&str> {
        self.address.as_ref().map(PublicAddress::origin)
    }

    pub(super) fn verify_public_key(
        &self,
        algorithm: PublicKeyAlgorithm,
        input: &SchemeInput<'_>,
        keys: &Keyring,
    ) -> Result<Verification, SchemeError> {
        let SchemeInput { head, payload, now, .. } = *input;
        let mut signatures = Signatures::of(algorithm);
        let mut reading = self.read(head, now, &mut signatures)?;
        let signed = self.body_form.render(head, payload)?;
        let payload = &*signed;
        self.read_rest(head, payload, now, &mut reading, &mut signatures)?;
        let (key_id, material) = self.with_contents(&reading.source(head, payload), |content| {
            let content = content.to_slices();
            let verifies = |entry: &&KeyEntry| {
                entry.public_key(algorithm).is_ok_and(|key| signatures.found.iter().any(|it| key.verify(it, &content)))
            };
            let entry = active(keys, input).find(verifies)?;
            // Of what is signed, not of the signature: one of ECDSA can be altered and still verifies.
            Some((entry.id(), sha256(&content)))
        })?;
        self.read_late(payload, now, &mut reading)?;
        let material = (self.covers_body() || self.single_use).then(|| ReplayMaterial::new(material.as_ref()));
        let rendered = if let Cow::Owned(rendered) = &signed { Some(&**rendered) } else { None };
        Ok(self.verification(key_id, material, rendered, &reading))
    }

    pub(super) fn verify_jwt(
        &self,
        form: &JwtForm,
        input: &SchemeInput<'_>,
        keys: &Keyring,
    ) -> Result<Verification, SchemeError> {
        let request = JwtRequest { input: *input, public_origin: self.origin() };
        let keys: Vec<_> =
            active(keys, input).filter_map(|entry| Some((entry.id(), entry.jwt_keys(form).ok()?))).collect();
        let verification = form.verify(&request, keys.iter().map(|(id, keys)| (*id, &**keys)))?;
        self.with_fields(verification, input)
    }

    #[cfg(feature = "message-signatures")]
    pub(super) fn verify_message(
        &self,
        form: &MessageSignatureForm,
        input: &SchemeInput<'_>,
        keys: &Keyring,
    ) -> Result<Verification, SchemeError> {
        let request = MessageRequest { input: *input, public_origin: self.origin() };
        let keys: Vec<_> =
            active(keys, input).filter_map(|entry| Some((entry.id(), entry.message_key(form).ok()?))).collect();
        let keys: Vec<_> = keys.iter().map(|(id, key)| (*id, &**key)).collect();
        let verification = form.verify(&request, &keys)?;
        self.with_fields(verification, input)
    }

    /// Adds the fields of the recipe where the proof itself says nothing of them.
    fn with_fields(
        &self,
        mut verification: Verification,
        input: &SchemeInput<'_>,
    ) -> Result<Verification, SchemeError> {
        let (id, kind) = self.read_fields(input.head)?;
        let field = |place: &Option<FieldPlace>, header| field(place.as_ref()?, header, None);
        verification.repeats = self.repeats;
        verification.id = verification.id.or_else(|| field(&self.id, id));
        verification.kind = verification.kind.or_else(|| field(&self.kind, kind));
        Ok(verification)
    }
}

fn active<'k>(keys: &'k Keyring, input: &SchemeInput<'_>) -> impl Iterator<Item = &'k KeyEntry> {
    let now = input.now;
    keys.entries().iter().filter(move |entry| entry.is_active(now))
}
