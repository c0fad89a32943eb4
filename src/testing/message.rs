//! Message signatures, for every form.

use super::keys::TestKey;
use crate::{
    error::ConfigError,
    schemes::{
        mac::{KeyForm, MacKey},
        message_signature::{Covered, Means, MessageSignatureForm, parse_dictionary, signature_base},
    },
    time::UnixTime,
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, request::Parts};

/// A signature that is about to be made.
pub(crate) struct MessageSigning<'a> {
    pub(crate) form: &'a MessageSignatureForm,
    /// For HMAC; the other algorithms sign with their [`TestKey`].
    pub(crate) secret: &'a [u8],
    pub(crate) label: &'a str,
    /// What is signed, as it stands in `Signature-Input`: `"@method"`, `"@query-param";name="id"`.
    pub(crate) components: &'a [&'a str],
    pub(crate) created: Option<UnixTime>,
    pub(crate) key_id: Option<&'a str>,
    /// More parameters, as they stand in `Signature-Input`: `;nonce="1"`.
    pub(crate) parameters: &'a str,
    pub(crate) payload: &'a [u8],
    pub(crate) public_origin: Option<&'a str>,
}

impl MessageSigning<'_> {
    /// Adds the headers, `Content-Digest` among them unless it is there.
    pub(crate) fn sign(&self, head: &mut Parts) -> Result<(), ConfigError> {
        let wrong = |reason: String| ConfigError::new("request", reason);
        if !head.headers.contains_key("content-digest") {
            let value = format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, self.payload)));
            head.headers.insert("content-digest", header_value(&value)?);
        }
        let mut input = format!("{}=({})", self.label, self.components.join(" "));
        if let Some(created) = self.created {
            input += &format!(";created={}", created.as_seconds());
        }
        if let Some(id) = self.key_id {
            input += &format!(";keyid=\"{id}\"");
        }
        input += self.parameters;
        let member = parse_dictionary(input.as_bytes()).and_then(|mut members| members.pop());
        let (_, member) = member.ok_or_else(|| wrong("is signed in a way that cannot be written".to_owned()))?;
        let covered = Covered::new(member).map_err(|error| wrong(error.to_string()))?;
        let base = signature_base(&covered, head, self.public_origin).map_err(|error| wrong(error.to_string()))?;
        let signature = format!("{}=:{}:", self.label, STANDARD.encode(self.signature(&base)?));
        head.headers.append("signature-input", header_value(&input)?);
        head.headers.append("signature", header_value(&signature)?);
        Ok(())
    }

    fn signature(&self, base: &[u8]) -> Result<Vec<u8>, ConfigError> {
        match self.form.algorithm.means() {
            Means::Mac(algorithm) => {
                let key = MacKey::new(&KeyForm { algorithm, encoding: self.form.secret.clone() }, self.secret)?;
                Ok(key.tag([Some(base)]).as_bytes().to_vec())
            }
            Means::PublicKey(algorithm) => TestKey::new(algorithm).sign(base),
        }
    }
}

fn header_value(text: &str) -> Result<HeaderValue, ConfigError> {
    text.parse().map_err(|_| ConfigError::new("header", "has a value that no header can have"))
}
