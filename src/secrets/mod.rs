//! Secrets, and where they come from.
//!
//! [`Secret`] → [`Key`] (a secret with an id and a time span) → [`Keyring`] (current and previous keys) → [`Tenant`]
//! (whose they are). A [`KeySource`] finds the right ones for a request.

#[cfg(feature = "layers")]
mod bounded;
#[cfg(feature = "layers")]
mod cache;
#[cfg(feature = "layers")]
mod flight;
mod keyring;
#[cfg(feature = "layers")]
mod reload;
mod source;
mod tenant;

pub(crate) use self::keyring::KeyEntry;
#[cfg(feature = "layers")]
pub use self::{
    cache::{CachedKeySource, CachedLookup, KeyLookup},
    reload::ReloadableKeys,
};
pub use self::{
    keyring::{Key, Keyring},
    source::{Credentials, KeySource, KeySourceError, TenantMap},
    tenant::{Tenant, TenantId},
};

use crate::{error::ConfigError, observe};
use std::{borrow::Cow, fmt, sync::Arc};
use zeroize::Zeroizing;

/// A shared secret, as text: the very characters the provider shows.
///
/// Its memory is wiped when the last clone is dropped. It cannot be printed, compared or serialized.
///
/// ```
/// use tower_webhook::Secret;
///
/// let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// assert!(Secret::new("   ").is_err());
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Secret {
    bytes: Arc<Zeroizing<Vec<u8>>>,
}

impl Secret {
    /// Takes the secret exactly as the provider shows it, prefix and all: schemes decode what has to be decoded.
    ///
    /// A secret of fewer than 16 bytes, or one that ends in white space, works but earns a warning.
    ///
    /// # Errors
    ///
    /// When it is empty or blank, or is a public or private key where a shared secret belongs.
    pub fn new(secret: impl Into<Vec<u8>>) -> Result<Self, ConfigError> {
        Self::named("secret".into(), secret.into())
    }

    /// Takes the secret from an environment variable.
    ///
    /// # Errors
    ///
    /// When the variable is not set, or as for [`new`](Self::new). The error names the variable.
    pub fn from_env(variable: &str) -> Result<Self, ConfigError> {
        let value = std::env::var_os(variable)
            .ok_or_else(|| ConfigError::new(variable.to_owned(), "is not set in the environment"))?;
        Self::named(variable.to_owned().into(), value.into_encoded_bytes())
    }

    fn named(field: Cow<'static, str>, secret: Vec<u8>) -> Result<Self, ConfigError> {
        let bytes = Zeroizing::new(secret);
        if let Some(reason) = what_is_wrong_with(&bytes) {
            return Err(ConfigError::new(field, reason));
        }
        if bytes.len() < 16 {
            observe::warning(&field, "is shorter than 16 bytes, which can be guessed");
        }
        if bytes.last().is_some_and(u8::is_ascii_whitespace) {
            observe::warning(&field, "ends in white space, which is part of the key: was it read from a file?");
        }
        Ok(Self { bytes: Arc::new(bytes) })
    }

    /// The secret itself, for a scheme of your own. Do not keep it, print it or compare it with `==`.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.bytes
    }
}

fn what_is_wrong_with(secret: &[u8]) -> Option<&'static str> {
    let starts = |prefixes: &[&str]| starts_with_any(secret, prefixes);
    if secret.is_empty() {
        Some("is empty")
    } else if std::str::from_utf8(secret).is_ok_and(|text| text.chars().all(is_blank)) {
        Some("is blank")
    } else if starts(&["ssh-rsa ", "ssh-dss ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"]) {
        Some("is a key of SSH, which no scheme signs with")
    } else if starts(&["whsk_", "whsk1_"]) || is_private_pem(secret) {
        Some("is a private key, which only its sender may have")
    } else {
        None
    }
}

/// Whether this is the public key of a sender: no secret, and nothing that a keyed hash may take for one.
pub(crate) fn is_public_key(secret: &[u8]) -> bool {
    let text = secret.trim_ascii_start();
    let holds = |part: &[u8]| text.windows(part.len()).any(|window| window == part);
    let is_web_key = text.starts_with(b"{") && holds(b"\"kty\"");
    // How the base64 of a SubjectPublicKeyInfo begins: Ed25519, then the curves. RSA has its length first.
    let is_info = starts_with_any(secret, &["MCowBQYDK2Vw", "MFkwEwYHKoZI", "MHYwEAYHKoZI", "MIGbMBAGByqG"])
        || text.starts_with(b"MII") && text.get(..24).is_some_and(|start| start.ends_with(b"ANBgkqhkiG9w0BAQEF"));
    is_web_key || is_info || starts_with_any(secret, &["-----BEGIN ", "whpk_", "whpk1_"])
}

fn is_private_pem(secret: &[u8]) -> bool {
    let label = secret.trim_ascii_start().strip_prefix(b"-----BEGIN ").unwrap_or_default();
    label.split(|byte| *byte == b'-').next().is_some_and(|label| label.ends_with(b"PRIVATE KEY"))
}

fn starts_with_any(secret: &[u8], prefixes: &[&str]) -> bool {
    let text = secret.trim_ascii_start();
    prefixes.iter().any(|prefix| text.starts_with(prefix.as_bytes()))
}

/// Zero bytes count as blank because HMAC pads keys with them: a key of nothing else is the empty key.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\0' | '\u{200b}' | '\u{feff}')
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
