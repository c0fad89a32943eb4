//! Tokens and detached signatures, for every form.

use super::keys::TestKey;
use crate::{
    error::ConfigError,
    schemes::{
        SignatureEncoding,
        jwt::{BodyProof, JwtAlgorithm, JwtForm, Means, TokenPlace},
        mac::{KeyForm, MacKey, SecretEncoding},
    },
    time::UnixTime,
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::request::Parts;
use serde_json::{Map, Value, json};

/// A token that is about to be signed.
pub(crate) struct TokenSigning<'a> {
    pub(crate) form: &'a JwtForm,
    /// What to sign with: one of the form's, unless the token is to be refused.
    pub(crate) algorithm: JwtAlgorithm,
    /// For the algorithms with a shared secret; the others sign with their [`TestKey`].
    pub(crate) secret: &'a [u8],
    pub(crate) key_id: Option<&'a str>,
    pub(crate) head: &'a Parts,
    /// The body; nothing, where the body is the token.
    pub(crate) payload: &'a [u8],
    pub(crate) public_origin: Option<&'a str>,
    pub(crate) now: UnixTime,
    /// The id of the event, for forms with a claim for it.
    pub(crate) id: Option<&'a str>,
    /// More claims, or others than there would be; `null` leaves one out.
    pub(crate) claims: Map<String, Value>,
    /// The headers that are signed, for those who sign headers.
    pub(crate) signed_headers: &'a [&'a str],
    /// More parameters of the token's header.
    pub(crate) parameters: Map<String, Value>,
}

impl TokenSigning<'_> {
    /// The value of the header that holds the token, or the body that is the token.
    pub(crate) fn sign(mut self) -> Result<String, ConfigError> {
        let mut parameters = Map::from_iter([("alg".to_owned(), json!(self.algorithm.name()))]);
        if let Some(id) = self.key_id {
            parameters.insert("kid".to_owned(), json!(id));
        }
        let content = match self.form.proof {
            BodyProof::Detached => {
                parameters.insert("b64".to_owned(), json!(false));
                parameters.insert("crit".to_owned(), json!(["b64"]));
                self.payload.to_vec()
            }
            BodyProof::DetachedRequest => {
                parameters.insert("tl_version".to_owned(), json!("2"));
                parameters.insert("tl_headers".to_owned(), json!(self.signed_headers.join(",")));
                URL_SAFE_NO_PAD.encode(self.request_text()?).into_bytes()
            }
            _ => URL_SAFE_NO_PAD.encode(Value::Object(self.claims()?).to_string()).into_bytes(),
        };
        parameters.append(&mut self.parameters);
        let header = URL_SAFE_NO_PAD.encode(Value::Object(parameters).to_string());
        let signature = self.signature(&[header.as_bytes(), b".", &content].concat())?;
        let payload = if self.form.is_detached() { "" } else { std::str::from_utf8(&content).unwrap_or_default() };
        let prefix = match &self.form.place {
            TokenPlace::Header { prefix, .. } => prefix,
            TokenPlace::Body => "",
        };
        Ok(format!("{prefix}{header}.{payload}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    fn claims(&mut self) -> Result<Map<String, Value>, ConfigError> {
        let now = self.now.as_seconds();
        let mut claims = Map::new();
        let mut insert = |claim: &str, value: Value| claims.insert(claim.to_owned(), value);
        if let Some(issuer) = &self.form.issuer {
            insert("iss", json!(issuer));
        }
        let times = &self.form.times;
        if times.expires {
            insert("exp", json!(now.saturating_add(60)));
        }
        if times.not_before {
            insert("nbf", json!(now));
        }
        if times.issued_at || times.max_age.is_some() {
            insert("iat", json!(now));
        }
        if let Some(url) = &self.form.url {
            let origin = self.public_origin.ok_or_else(|| ConfigError::new("public_origin", "is not set"))?;
            let whole = format!("{origin}{}", self.head.uri.path_and_query().map_or("", |rest| rest.as_str()));
            let said = if url.is_digest { const_hex::encode(digest(&SHA256, whole.as_bytes())) } else { whole };
            insert(&url.claim, json!(said));
        }
        match &self.form.proof {
            BodyProof::Digest { absent_when_empty: true, .. } if self.payload.is_empty() => {}
            BodyProof::Digest { claim, encoding, .. } => {
                let digest = digest(&SHA256, self.payload);
                insert(claim, json!(encode(*encoding, digest.as_ref())));
            }
            BodyProof::Text { claim } => {
                let text = std::str::from_utf8(self.payload)
                    .map_err(|_| ConfigError::new("body", "must be text: the token holds it"))?;
                insert(claim, json!(text));
            }
            BodyProof::Token | BodyProof::Detached | BodyProof::DetachedRequest => {}
        }
        if let (Some(claim), Some(id)) = (&self.form.id, self.id) {
            insert(claim, json!(id));
        }
        claims.append(&mut self.claims);
        claims.retain(|_, value| !value.is_null());
        Ok(claims)
    }

    fn request_text(&self) -> Result<Vec<u8>, ConfigError> {
        let mut text = format!("{} {}\n", self.head.method, self.head.uri.path()).into_bytes();
        for name in self.signed_headers {
            let value = self.head.headers.get(*name);
            let value = value.ok_or_else(|| ConfigError::new("header", "is to be signed but not there"))?;
            text.extend([name.as_bytes(), b": ", value.as_bytes(), b"\n"].concat());
        }
        text.extend(self.payload);
        Ok(text)
    }

    fn signature(&self, content: &[u8]) -> Result<Vec<u8>, ConfigError> {
        match self.algorithm.means() {
            Means::Mac(algorithm) => {
                let key = MacKey::new(&KeyForm { algorithm, encoding: SecretEncoding::Utf8 }, self.secret)?;
                Ok(key.tag([Some(content)]).as_bytes().to_vec())
            }
            Means::PublicKey(algorithm) => TestKey::new(algorithm).sign(content),
        }
    }
}

fn encode(encoding: SignatureEncoding, bytes: &[u8]) -> String {
    match encoding {
        SignatureEncoding::Hex | SignatureEncoding::HexOrBase64 => const_hex::encode(bytes),
        SignatureEncoding::Base64 | SignatureEncoding::Base64OptionalPadding => STANDARD.encode(bytes),
        SignatureEncoding::Base64Url => URL_SAFE_NO_PAD.encode(bytes),
    }
}
