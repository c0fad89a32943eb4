//! Keys, ready to use: prepared once, kept beside the secret.

use super::mac::{KeyForm, MacKey};
#[cfg(feature = "public-key")]
use super::{
    jwt::{JwtAlgorithm, JwtForm, JwtKeys},
    public_key::{PublicKey, PublicKeyAlgorithm},
};
#[cfg(feature = "message-signatures")]
use super::{
    mac::SecretEncoding,
    message_signature::{MessageKey, MessageSignatureAlgorithm, MessageSignatureForm},
};
use crate::{error::ConfigError, secrets::KeyEntry};
#[cfg(feature = "public-key")]
use std::borrow::Cow;

/// What a scheme has made of a secret.
#[cfg_attr(feature = "public-key", expect(clippy::large_enum_variant, reason = "the usual one is the large one"))]
#[derive(Clone)]
pub(crate) enum Prepared {
    Mac(KeyForm, MacKey),
    #[cfg(feature = "public-key")]
    PublicKey(PublicKey),
    #[cfg(feature = "public-key")]
    Jwt(Cow<'static, [JwtAlgorithm]>, JwtKeys),
    #[cfg(feature = "message-signatures")]
    Message(MessageSignatureAlgorithm, SecretEncoding, MessageKey),
}

impl KeyEntry {
    /// Hands the key, ready to use, to `work`.
    pub(crate) fn with_mac_key<T>(&self, form: &KeyForm, work: impl FnOnce(&MacKey) -> T) -> Result<T, ConfigError> {
        if let Some(Prepared::Mac(prepared_for, key)) = self.prepared()
            && prepared_for == form
        {
            return Ok(work(key));
        }
        let key = MacKey::new(form, self.secret().expose())?;
        let result = work(&key);
        self.keep(Prepared::Mac(form.clone(), key));
        Ok(result)
    }

    #[cfg(feature = "public-key")]
    pub(crate) fn public_key(&self, algorithm: PublicKeyAlgorithm) -> Result<Cow<'_, PublicKey>, ConfigError> {
        match self.prepared() {
            Some(Prepared::PublicKey(key)) if key.algorithm() == algorithm => Ok(Cow::Borrowed(key)),
            _ => {
                let key = PublicKey::parse(algorithm, self.secret().expose())?;
                self.keep(Prepared::PublicKey(key.clone()));
                Ok(Cow::Owned(key))
            }
        }
    }

    #[cfg(feature = "public-key")]
    pub(crate) fn jwt_keys(&self, form: &JwtForm) -> Result<Cow<'_, JwtKeys>, ConfigError> {
        match self.prepared() {
            Some(Prepared::Jwt(algorithms, keys)) if *algorithms == form.algorithms => Ok(Cow::Borrowed(keys)),
            _ => {
                let keys = JwtKeys::parse(&form.algorithms, self.secret().expose())?;
                self.keep(Prepared::Jwt(form.algorithms.clone(), keys.clone()));
                Ok(Cow::Owned(keys))
            }
        }
    }

    #[cfg(feature = "message-signatures")]
    pub(crate) fn message_key(&self, form: &MessageSignatureForm) -> Result<Cow<'_, MessageKey>, ConfigError> {
        match self.prepared() {
            Some(Prepared::Message(algorithm, secret, key))
                if *algorithm == form.algorithm && *secret == form.secret =>
            {
                Ok(Cow::Borrowed(key))
            }
            _ => {
                let key = MessageKey::parse(form.algorithm, &form.secret, self.secret().expose())?;
                self.keep(Prepared::Message(form.algorithm, form.secret.clone(), key.clone()));
                Ok(Cow::Owned(key))
            }
        }
    }
}
