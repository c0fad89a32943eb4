//! Why a signature may not match, for whoever integrates. Costs several more hashes: only for development.

use super::{
    SchemeInput,
    grammar::SignatureEncoding,
    mac::{KeyForm, MacKey, SecretEncoding},
    read::Candidates,
    recipe::Recipe,
};
use crate::secrets::Keyring;
use std::borrow::Cow;

impl Recipe {
    /// Tries the usual mistakes; `None` when none of them explains it.
    pub(crate) fn explain(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Option<&'static str> {
        let own = self.proof.as_tag()?;
        let matches = |recipe: &Self, form: &KeyForm, payload: &[u8], trim: bool| {
            keys.active(input.now).any(|(_, secret)| {
                let secret = if trim { secret.expose().trim_ascii() } else { secret.expose() };
                recipe.would_match(input, form, payload, secret).unwrap_or(false)
            })
        };
        let payload = input.payload;
        if matches(self, own, payload, true) {
            return Some("the secret on this side starts or ends in white space");
        }
        let either = self.in_either_encoding();
        if matches(&either, own, payload, false) {
            return Some("the signature is written in another encoding (hex, base64) than this scheme's");
        }
        for encoding in other_encodings(&own.encoding) {
            let form = KeyForm { algorithm: own.algorithm, encoding };
            if matches(self, &form, payload, false) {
                return Some("the sender makes its key from the secret in another way (its text, base64, hex)");
            }
        }
        for rewritten in rewritten_bodies(payload) {
            if matches(self, own, &rewritten, false) {
                return Some("the body looks re-encoded: its white space is not what was signed");
            }
        }
        None
    }

    fn would_match(&self, input: &SchemeInput<'_>, form: &KeyForm, payload: &[u8], secret: &[u8]) -> Option<bool> {
        let key = MacKey::new(form, secret).ok()?;
        let mut candidates = Candidates::new();
        let payload = &*self.body_form.render(input.head, payload).ok()?;
        let mut reading = self.read(input.head, input.now, &mut candidates.sink(form)).ok()?;
        self.read_rest(input.head, payload, input.now, &mut reading, &mut candidates.sink(form)).ok()?;
        self.with_contents(&reading.source(input.head, payload), |content| {
            bool::from(candidates.hold(&key.tag(content.parts()))).then_some(true)
        })
        .ok()
    }

    fn in_either_encoding(&self) -> Self {
        let mut recipe = self.clone();
        for place in recipe.signatures.to_mut() {
            place.encoding = match place.encoding {
                SignatureEncoding::Base64Url => SignatureEncoding::Base64OptionalPadding,
                _ => SignatureEncoding::HexOrBase64,
            };
        }
        recipe
    }
}

fn other_encodings(encoding: &SecretEncoding) -> Vec<SecretEncoding> {
    let usual = [
        SecretEncoding::Utf8,
        SecretEncoding::Base64After(Cow::Borrowed("whsec_")),
        SecretEncoding::Base64,
        SecretEncoding::Hex,
    ];
    usual.into_iter().filter(|other| other != encoding).collect()
}

/// What a sender may have signed before somebody on the way touched the white space.
fn rewritten_bodies(payload: &[u8]) -> [Vec<u8>; 3] {
    let trimmed = payload.trim_ascii();
    [compact(payload), trimmed.to_vec(), [trimmed, b"\n"].concat()]
}

/// Without the white space outside of strings.
fn compact(json: &[u8]) -> Vec<u8> {
    let (mut in_string, mut escaped) = (false, false);
    let keep = |byte: &u8| {
        let keep = in_string || !byte.is_ascii_whitespace();
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            _ => {}
        }
        keep
    };
    let mut keep = keep;
    json.iter().copied().filter(|byte| keep(byte)).collect()
}
