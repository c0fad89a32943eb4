//! Why a signature may not match, for whoever integrates. Costs several more hashes: only for development.

use super::{
    SchemeInput,
    grammar::SignatureEncoding,
    mac::{KeyForm, MacKey, SecretEncoding},
    places::TimestampSource,
    read::Candidates,
    recipe::Recipe,
    template::Part,
    verify::body_timestamp,
};
use crate::secrets::Keyring;
use std::borrow::Cow;

impl Recipe {
    /// Tries the usual mistakes; `None` when none of them explains it.
    pub(crate) fn explain(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Option<&'static str> {
        let matches = |recipe: &Self, form: &KeyForm, payload: &[u8], trim: bool| {
            keys.active(input.now).any(|(_, secret)| {
                let secret = if trim { secret.expose().trim_ascii() } else { secret.expose() };
                recipe.would_match(input, form, payload, secret).unwrap_or(false)
            })
        };
        let payload = input.payload;
        if matches(self, &self.key, payload, true) {
            return Some("the secret on this side starts or ends in white space");
        }
        let either = self.in_either_encoding();
        if matches(&either, &self.key, payload, false) {
            return Some("the signature is written in another encoding (hex, base64) than this scheme's");
        }
        for encoding in other_encodings(&self.key.encoding) {
            let form = KeyForm { algorithm: self.key.algorithm, encoding };
            if matches(self, &form, payload, false) {
                return Some("the sender makes its key from the secret in another way (its text, base64, hex)");
            }
        }
        for rewritten in rewritten_bodies(payload) {
            if matches(self, &self.key, &rewritten, false) {
                return Some("the body looks re-encoded: its white space is not what was signed");
            }
        }
        None
    }

    fn would_match(&self, input: &SchemeInput<'_>, form: &KeyForm, payload: &[u8], secret: &[u8]) -> Option<bool> {
        let key = MacKey::new(form, secret).ok()?;
        let mut candidates = Candidates::new();
        let reading = self.read(input.head, input.now, &mut candidates).ok()?;
        self.read_body_signatures(payload, &mut candidates).ok()?;
        let timestamp = match self.timestamp.as_ref().map(|place| (place, &place.source)) {
            Some((place, TimestampSource::Json { pointer, quoted })) if self.content.has(&Part::Timestamp) => {
                Some(body_timestamp(place, pointer, *quoted, payload).ok()?)
            }
            _ => reading.timestamp,
        };
        let values = self.body_values(payload).ok()?;
        let content = self.content(input.head, payload, timestamp.map(|stamp| stamp.text), &values).ok()?;
        Some(candidates.hold(&key.tag(|update| content.feed(update))).into())
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
    match encoding {
        SecretEncoding::Utf8 => {
            vec![SecretEncoding::Base64After(Cow::Borrowed("whsec_")), SecretEncoding::Hex]
        }
        SecretEncoding::Hex => vec![SecretEncoding::Utf8, SecretEncoding::Base64],
        SecretEncoding::Base64 | SecretEncoding::Base64After(_) => vec![SecretEncoding::Utf8, SecretEncoding::Hex],
    }
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
