//! HTTP Message Signatures (RFC 9421) with digests of the content (RFC 9530).
#![allow(
    dead_code,
    unused_imports,
    reason = "until recipes hold message signatures, nothing but tests asks for all of it"
)]

mod base;
mod digest;
mod fields;
mod query;
#[cfg(all(test, feature = "testing"))]
mod tests;
mod verify;

pub(crate) use self::{
    base::{Component, Covered, signature_base},
    fields::{Parameters, parse_dictionary},
    verify::{MessageKey, MessageRequest},
};

use super::{
    mac::{MacAlgorithm, SecretEncoding},
    public_key::PublicKeyAlgorithm,
    time::Window,
};
use crate::{error::ConfigError, observe};
use std::{borrow::Cow, time::Duration};

/// How messages are signed, by the names of RFC 9421.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageSignatureAlgorithm {
    /// `ecdsa-p256-sha256`.
    EcdsaP256Sha256,
    /// `ecdsa-p384-sha384`.
    EcdsaP384Sha384,
    /// `ed25519`.
    Ed25519,
    /// `hmac-sha256`, with a secret that both sides share.
    HmacSha256,
    /// `rsa-pss-sha512`.
    RsaPssSha512,
    /// `rsa-v1_5-sha256`.
    RsaV15Sha256,
}

/// What verifies a signature.
#[derive(Clone, Copy)]
pub(crate) enum Means {
    Mac(MacAlgorithm),
    PublicKey(PublicKeyAlgorithm),
}

impl MessageSignatureAlgorithm {
    /// As the `alg` parameter says it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EcdsaP256Sha256 => "ecdsa-p256-sha256",
            Self::EcdsaP384Sha384 => "ecdsa-p384-sha384",
            Self::Ed25519 => "ed25519",
            Self::HmacSha256 => "hmac-sha256",
            Self::RsaPssSha512 => "rsa-pss-sha512",
            Self::RsaV15Sha256 => "rsa-v1_5-sha256",
        }
    }

    pub(crate) const fn means(self) -> Means {
        match self {
            Self::EcdsaP256Sha256 => Means::PublicKey(PublicKeyAlgorithm::EcdsaP256Sha256Fixed),
            Self::EcdsaP384Sha384 => Means::PublicKey(PublicKeyAlgorithm::EcdsaP384Sha384Fixed),
            Self::Ed25519 => Means::PublicKey(PublicKeyAlgorithm::Ed25519),
            Self::HmacSha256 => Means::Mac(MacAlgorithm::HmacSha256),
            Self::RsaPssSha512 => Means::PublicKey(PublicKeyAlgorithm::RsaPssSha512),
            Self::RsaV15Sha256 => Means::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha256),
        }
    }
}

/// What a message signature has to be like.
///
/// Of several signatures on a request, one has to be: proxies may have added theirs. Where there is a body, the
/// signature has to cover `content-digest`, which is computed again; what else it has to cover is up to you.
///
/// What depends on the host (`@authority`, `@scheme`, `@target-uri`) is taken from the public origin, never from the
/// request. When the signature names a key that is in the ring, only that one counts.
///
/// ```
/// use std::time::Duration;
/// use tower_webhook::schemes::{MessageSignatureAlgorithm, MessageSignatureForm};
///
/// let acme = MessageSignatureForm::new(MessageSignatureAlgorithm::Ed25519)
///     .cover(["@method", "@target-uri"])?
///     .tag("acme-webhooks")
///     .tolerances(Duration::from_secs(300), Duration::from_secs(30))?;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct MessageSignatureForm {
    pub(crate) algorithm: MessageSignatureAlgorithm,
    /// Of the secret, for HMAC.
    pub(crate) secret: SecretEncoding,
    /// What has to be covered, whether there is a body or not.
    pub(crate) required: Cow<'static, [Cow<'static, str>]>,
    pub(crate) window: Window,
    pub(crate) created_required: bool,
    pub(crate) nonce_required: bool,
    pub(crate) label: Option<Cow<'static, str>>,
    pub(crate) tag: Option<Cow<'static, str>>,
}

/// MailChannels. Keys: the public keys that its API returns, each with its id.
pub(crate) const MAILCHANNELS: MessageSignatureForm =
    MessageSignatureForm::of(MessageSignatureAlgorithm::Ed25519, &[Cow::Borrowed("content-digest")]);

impl MessageSignatureForm {
    /// Signatures by this algorithm, made no more than five minutes from now.
    pub const fn new(algorithm: MessageSignatureAlgorithm) -> Self {
        Self::of(algorithm, &[])
    }

    const fn of(algorithm: MessageSignatureAlgorithm, required: &'static [Cow<'static, str>]) -> Self {
        Self {
            algorithm,
            secret: SecretEncoding::Utf8,
            required: Cow::Borrowed(required),
            window: Window::seconds(300, 300),
            created_required: true,
            nonce_required: false,
            label: None,
            tag: None,
        }
    }

    /// What the signature has to cover besides the content: names of headers, and of what RFC 9421 derives, such as
    /// `@method`.
    ///
    /// # Errors
    ///
    /// When one of them is neither.
    pub fn cover<N: Into<Cow<'static, str>>>(
        mut self,
        components: impl IntoIterator<Item = N>,
    ) -> Result<Self, ConfigError> {
        let required = self.required.to_mut();
        for name in components {
            let name = name.into();
            if !base::is_component_name(&name) {
                let reason = format!("is no header in lower case, and nothing that can be derived: {name:?}");
                return Err(ConfigError::new("cover", reason));
            }
            required.push(name);
        }
        Ok(self)
    }

    /// How the text of a shared secret becomes a key.
    pub fn secret(mut self, encoding: SecretEncoding) -> Self {
        self.secret = encoding;
        self
    }

    /// How far in the past and in the future the signature may be made. A day or more is accepted with a warning.
    ///
    /// # Errors
    ///
    /// When one of them is zero: clocks differ, and there is no switching this check off.
    pub fn tolerances(mut self, past: Duration, future: Duration) -> Result<Self, ConfigError> {
        self.window = Window::new(past, future)?;
        Ok(self)
    }

    /// A signature need not say when it was made. Then it counts for ever, unless it says until when.
    pub const fn insecure_allow_undated(mut self) -> Self {
        self.created_required = false;
        self
    }

    /// The signature has to hold a `nonce`.
    pub const fn require_nonce(mut self) -> Self {
        self.nonce_required = true;
        self
    }

    /// Only the signature with this label counts.
    pub fn label(mut self, label: impl Into<Cow<'static, str>>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Only signatures with this tag count.
    pub fn tag(mut self, tag: impl Into<Cow<'static, str>>) -> Self {
        self.tag = Some(tag.into());
        self
    }

    /// Whether the public origin has to be known.
    pub(crate) fn needs_origin(&self) -> bool {
        self.required.iter().any(|name| matches!(&**name, "@authority" | "@scheme" | "@target-uri"))
    }

    /// From the first moment at which a signature is accepted to the last; `None` where nothing bounds it.
    pub(crate) fn time_span(&self) -> Option<Duration> {
        let span = self.window.past.saturating_add(self.window.future).saturating_add(Duration::from_secs(1));
        self.created_required.then_some(span)
    }
}
