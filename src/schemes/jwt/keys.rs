//! The keys of tokens: one that both sides share, a public one, or a set of them.

use super::{JwtAlgorithm, Means, token::Token};
use crate::{
    error::ConfigError,
    schemes::{
        mac::{KeyForm, MacKey, SecretEncoding, Tag},
        public_key::{PublicKey, PublicKeyAlgorithm},
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use std::fmt;

/// The longest set of keys.
const MAX_SET: usize = 64 * 1024;

/// How many keys a set may hold.
const MAX_KEYS: usize = 64;

/// How many keys are tried for one token. A name that several share, or a token that names none, chooses no more.
const MAX_TRIED: usize = 8;

/// What one secret holds, ready to verify with.
#[derive(Clone)]
pub(crate) struct JwtKeys {
    keys: Vec<JwtKey>,
}

#[derive(Clone)]
struct JwtKey {
    /// As the token names it. A key that stands alone has none, and is tried whatever the token names.
    id: Option<String>,
    /// The same key for each algorithm that it serves.
    uses: Vec<(JwtAlgorithm, Use)>,
}

#[derive(Clone)]
enum Use {
    Mac(Box<MacKey>),
    PublicKey(PublicKey),
}

impl JwtKeys {
    /// From the text of a secret: the secret itself for the algorithms with a shared one, else a public key in any of
    /// the forms of [`PublicKeyAlgorithm`], a JSON Web Key, or a set of them.
    ///
    /// Keys of a set that this scheme has no use for are passed over.
    ///
    /// # Errors
    ///
    /// When there is no key in it for any of these algorithms. The error never holds the text.
    pub(crate) fn parse(algorithms: &[JwtAlgorithm], text: &[u8]) -> Result<Self, ConfigError> {
        let text_or_json = text.trim_ascii_start();
        if algorithms.iter().any(|algorithm| algorithm.is_mac()) || !text_or_json.starts_with(b"{") {
            return Self::one(algorithms, text);
        }
        if text.len() > MAX_SET {
            return Err(wrong("is a set of keys that is longer than 64 KiB"));
        }
        let document: Value = serde_json::from_slice(text).map_err(|_| wrong("is not JSON, though it starts so"))?;
        // `key` is how Plaid's API answers.
        let set = match (document.get("keys"), document.get("key")) {
            (Some(Value::Array(keys)), _) => &keys[..],
            (None, Some(key)) => std::slice::from_ref(key),
            _ => std::slice::from_ref(&document),
        };
        if set.len() > MAX_KEYS {
            return Err(wrong("is a set of more than 64 keys"));
        }
        let keys: Vec<_> =
            set.iter().filter_map(Value::as_object).filter_map(|key| JwtKey::from_jwk(algorithms, key)).collect();
        if keys.is_empty() {
            return Err(wrong("is a set of keys, and none of them is a public key for this scheme's algorithms"));
        }
        Ok(Self { keys })
    }

    fn one(algorithms: &[JwtAlgorithm], text: &[u8]) -> Result<Self, ConfigError> {
        let mut uses = Vec::new();
        let mut error = wrong("is no key of this scheme");
        for algorithm in algorithms {
            let key = match algorithm.means() {
                Means::Mac(mac) => {
                    let form = KeyForm { algorithm: mac, encoding: SecretEncoding::Utf8 };
                    MacKey::new(&form, text).map(|key| Use::Mac(Box::new(key)))
                }
                Means::PublicKey(public) => PublicKey::parse(public, text).map(Use::PublicKey),
            };
            match key {
                Ok(key) => uses.push((*algorithm, key)),
                Err(reason) => error = reason,
            }
        }
        if uses.is_empty() { Err(error) } else { Ok(Self { keys: vec![JwtKey { id: None, uses }] }) }
    }

    /// Whether one of the keys that the token may mean made its signature over these slices.
    pub(super) fn verify(&self, token: &Token<'_>, content: &[&[u8]]) -> bool {
        let meant = |key: &&JwtKey| match (&key.id, &token.key_id) {
            (Some(id), Some(named)) => id == named,
            _ => true,
        };
        let uses = self.keys.iter().filter(meant).flat_map(|key| &key.uses);
        uses.filter(|(algorithm, _)| *algorithm == token.algorithm)
            .take(MAX_TRIED)
            .any(|(_, key)| key.verify(&token.signature, content))
    }
}

impl Use {
    fn verify(&self, signature: &[u8], content: &[&[u8]]) -> bool {
        match self {
            Self::Mac(key) => {
                let computed = key.tag(content.iter().map(|slice| Some(*slice)));
                tag(signature).is_some_and(|signature| computed.matches(&signature).into())
            }
            Self::PublicKey(key) => key.verify(signature, content),
        }
    }
}

/// These bytes, to compare them in constant time.
pub(super) fn tag(bytes: &[u8]) -> Option<Tag> {
    let mut tag = Tag::EMPTY;
    tag.fill(bytes.len(), |place| {
        place.copy_from_slice(bytes);
        Some(())
    })?;
    Some(tag)
}

impl JwtKey {
    /// `None` for a key that signs nothing here: of another kind, for encryption, secret, or broken.
    fn from_jwk(algorithms: &[JwtAlgorithm], jwk: &Map<String, Value>) -> Option<Self> {
        let text = |member: &str| jwk.get(member).and_then(Value::as_str);
        let may_verify = match jwk.get("key_ops") {
            Some(Value::Array(uses)) => uses.iter().any(|operation| operation == "verify"),
            Some(_) => false,
            None => true,
        };
        if !may_verify || text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let suits = |algorithm: &&JwtAlgorithm| text("alg").is_none_or(|name| name == algorithm.name());
        let uses: Vec<_> = algorithms
            .iter()
            .filter(suits)
            .filter_map(|algorithm| match algorithm.means() {
                Means::PublicKey(public) => Some((*algorithm, Use::PublicKey(public_key(public, jwk)?))),
                Means::Mac(_) => None,
            })
            .collect();
        let id = text("kid").map(str::to_owned);
        (!uses.is_empty()).then_some(Self { id, uses })
    }
}

fn public_key(algorithm: PublicKeyAlgorithm, jwk: &Map<String, Value>) -> Option<PublicKey> {
    let text = |member: &str| jwk.get(member).and_then(Value::as_str);
    let bytes = |member: &str| URL_SAFE_NO_PAD.decode(text(member)?).ok();
    let curve = |name: &str, length: usize| {
        (text("kty") == Some("EC") && text("crv") == Some(name)).then_some(())?;
        // Uncompressed. Some senders leave out the zeros that a coordinate starts with.
        let mut point = vec![4];
        for member in ["x", "y"] {
            let coordinate = bytes(member)?;
            point.resize(point.len() + length.checked_sub(coordinate.len())?, 0);
            point.extend(coordinate);
        }
        PublicKey::from_bytes(algorithm, &point).ok()
    };
    match algorithm {
        PublicKeyAlgorithm::Ed25519 => {
            let is_ed25519 = text("kty") == Some("OKP") && text("crv") == Some("Ed25519");
            let raw = bytes("x").filter(|raw| is_ed25519 && raw.len() == 32)?;
            PublicKey::from_bytes(algorithm, &raw).ok()
        }
        PublicKeyAlgorithm::EcdsaP256Sha256Fixed => curve("P-256", 32),
        PublicKeyAlgorithm::EcdsaP384Sha384Fixed => curve("P-384", 48),
        PublicKeyAlgorithm::EcdsaP521Sha512Fixed => curve("P-521", 66),
        _ => {
            (text("kty") == Some("RSA")).then_some(())?;
            let (modulus, exponent) = (bytes("n")?, bytes("e")?);
            PublicKey::from_rsa_components(algorithm, without_zeros(&modulus), without_zeros(&exponent)).ok()
        }
    }
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

fn wrong(reason: &'static str) -> ConfigError {
    ConfigError::new("secret", reason)
}

impl fmt::Debug for JwtKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtKeys").field("count", &self.keys.len()).finish_non_exhaustive()
    }
}
