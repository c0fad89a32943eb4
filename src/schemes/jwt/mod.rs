//! JSON Web Tokens (RFC 7519) and detached JSON Web Signatures (RFC 7515, RFC 7797) that vouch for a delivery.
#![allow(dead_code, unused_imports, reason = "until recipes hold tokens, nothing but tests asks for all of it")]

mod detached;
mod forms;
mod keys;
#[cfg(all(test, feature = "testing"))]
mod tests;
mod token;
mod verify;

pub(crate) use self::{
    forms::{KINDE, LAGO, LIVEKIT, MESSAGEBIRD, PLAID, QSTASH, SALEOR, TRUELAYER, VONAGE},
    keys::JwtKeys,
    verify::JwtRequest,
};

use super::{grammar::SignatureEncoding, mac::MacAlgorithm, places::header_name, public_key::PublicKeyAlgorithm};
use crate::{error::ConfigError, observe};
use std::{borrow::Cow, time::Duration};

/// How a token is signed, by its name in RFC 7518 and RFC 8037.
///
/// There is no `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JwtAlgorithm {
    /// Ed25519.
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
    /// RSA (PSS) with SHA-256.
    Ps256,
    /// RSA (PSS) with SHA-384.
    Ps384,
    /// RSA (PSS) with SHA-512.
    Ps512,
    /// RSA (PKCS #1 v1.5) with SHA-256.
    Rs256,
    /// RSA (PKCS #1 v1.5) with SHA-384.
    Rs384,
    /// RSA (PKCS #1 v1.5) with SHA-512.
    Rs512,
}

/// What verifies the signature.
#[derive(Clone, Copy)]
pub(crate) enum Means {
    Mac(MacAlgorithm),
    PublicKey(PublicKeyAlgorithm),
}

impl JwtAlgorithm {
    /// As the header of a token says it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }

    pub(crate) const fn means(self) -> Means {
        match self {
            Self::EdDsa => Means::PublicKey(PublicKeyAlgorithm::Ed25519),
            Self::Es256 => Means::PublicKey(PublicKeyAlgorithm::EcdsaP256Sha256Fixed),
            Self::Es384 => Means::PublicKey(PublicKeyAlgorithm::EcdsaP384Sha384Fixed),
            Self::Es512 => Means::PublicKey(PublicKeyAlgorithm::EcdsaP521Sha512Fixed),
            Self::Hs256 => Means::Mac(MacAlgorithm::HmacSha256),
            Self::Hs384 => Means::Mac(MacAlgorithm::HmacSha384),
            Self::Hs512 => Means::Mac(MacAlgorithm::HmacSha512),
            Self::Ps256 => Means::PublicKey(PublicKeyAlgorithm::RsaPssSha256),
            Self::Ps384 => Means::PublicKey(PublicKeyAlgorithm::RsaPssSha384),
            Self::Ps512 => Means::PublicKey(PublicKeyAlgorithm::RsaPssSha512),
            Self::Rs256 => Means::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha256),
            Self::Rs384 => Means::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha384),
            Self::Rs512 => Means::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha512),
        }
    }

    pub(crate) const fn is_mac(self) -> bool {
        matches!(self.means(), Means::Mac(_))
    }
}

/// A token as data: where it stands, how it is signed, and what its claims say about the request.
///
/// However it is made, the token vouches for the body: a claim holds its digest or its text, the signature covers it
/// although it is not in the token, or the body is the token.
///
/// ```
/// use std::time::Duration;
/// use tower_webhook::schemes::{JwtAlgorithm, JwtForm, SignatureEncoding};
///
/// let acme = JwtForm::header("authorization", [JwtAlgorithm::Hs256])?
///     .prefix("Bearer ")
///     .issuer("acme")
///     .body_digest("sha256", SignatureEncoding::Hex)
///     .max_age(Duration::from_secs(300))?;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct JwtForm {
    pub(crate) place: TokenPlace,
    /// All with a shared secret, or all with a public key.
    pub(crate) algorithms: Cow<'static, [JwtAlgorithm]>,
    pub(crate) proof: BodyProof,
    pub(crate) issuer: Option<Cow<'static, str>>,
    /// The setting of the recipe that says the issuer, where only the receiver knows it.
    pub(crate) issuer_setting: Option<&'static str>,
    pub(crate) url: Option<UrlClaim>,
    pub(crate) times: Times,
    /// The claims that hold the id and the type of the event.
    pub(crate) id: Option<Cow<'static, str>>,
    pub(crate) kind: Option<Cow<'static, str>>,
    /// The longest token in a header.
    pub(crate) max_length: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum TokenPlace {
    Header {
        name: Cow<'static, str>,
        prefix: Cow<'static, str>,
        prefix_optional: bool,
    },
    /// The body is the token.
    Body,
}

/// How the token vouches for the body.
#[derive(Clone, Debug)]
pub(crate) enum BodyProof {
    /// A claim with its SHA-256; it may be missing where there is no body.
    Digest { claim: Cow<'static, str>, encoding: SignatureEncoding, absent_when_empty: bool },
    /// A claim with its text.
    Text { claim: Cow<'static, str> },
    /// The body is what the signature covers: the token has no payload of its own.
    Detached,
    /// So are method, path and those headers that the token names, before the body: the way of TrueLayer.
    DetachedRequest,
    /// The body is the token.
    Token,
}

/// A claim that holds the URL the delivery was sent to.
#[derive(Clone, Debug)]
pub(crate) struct UrlClaim {
    pub(crate) claim: Cow<'static, str>,
    /// It holds the hex of the SHA-256 of the URL.
    pub(crate) is_digest: bool,
}

/// Which times a token must hold. Those that it holds are always checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) expires: bool,
    pub(crate) not_before: bool,
    pub(crate) issued_at: bool,
    /// How far the clocks of both sides may be apart.
    pub(crate) leeway: Duration,
    /// Since it was issued, or since it counts where it does not say when it was issued.
    pub(crate) max_age: Option<Duration>,
}

impl Times {
    pub(crate) const UNBOUNDED: Self =
        Self { expires: false, not_before: false, issued_at: false, leeway: Duration::from_secs(60), max_age: None };
}

/// The longest token in a header, unless the form says otherwise.
pub(crate) const MAX_LENGTH: usize = 8 * 1024;

impl JwtForm {
    /// A token in a header, signed in one of these ways. Until you say otherwise it is a detached signature: it has no
    /// claims, and the body is what is signed.
    ///
    /// # Errors
    ///
    /// When this cannot be the name of a header, or when there is no algorithm, or when some want a shared secret and
    /// others a public key: then whoever knows the public key could sign with it as a secret.
    pub fn header(
        name: impl Into<Cow<'static, str>>,
        algorithms: impl IntoIterator<Item = JwtAlgorithm>,
    ) -> Result<Self, ConfigError> {
        let name = header_name("token.header", name)?;
        let place = TokenPlace::Header { name, prefix: Cow::Borrowed(""), prefix_optional: false };
        Self::new(place, algorithms, BodyProof::Detached)
    }

    /// A token that is the whole body.
    ///
    /// # Errors
    ///
    /// When there is no algorithm, or when some want a shared secret and others a public key.
    pub fn body(algorithms: impl IntoIterator<Item = JwtAlgorithm>) -> Result<Self, ConfigError> {
        Self::new(TokenPlace::Body, algorithms, BodyProof::Token)
    }

    fn new(
        place: TokenPlace,
        algorithms: impl IntoIterator<Item = JwtAlgorithm>,
        proof: BodyProof,
    ) -> Result<Self, ConfigError> {
        let algorithms: Cow<'static, [JwtAlgorithm]> = algorithms.into_iter().collect();
        let wrong = |reason: &'static str| Err(ConfigError::new("token.algorithms", reason));
        match algorithms.split_first() {
            None => return wrong("is empty"),
            Some((first, rest)) if rest.iter().any(|other| other.is_mac() != first.is_mac()) => {
                return wrong("must all want a shared secret, or all a public key");
            }
            Some(_) => {}
        }
        let times = Times::UNBOUNDED;
        Ok(Self {
            place,
            algorithms,
            proof,
            issuer: None,
            issuer_setting: None,
            url: None,
            times,
            id: None,
            kind: None,
            max_length: MAX_LENGTH,
        })
    }

    /// What stands before the token in its header, such as `Bearer `.
    pub fn prefix(self, prefix: impl Into<Cow<'static, str>>) -> Self {
        self.prefixed(prefix.into(), false)
    }

    /// What may stand before the token in its header.
    pub fn optional_prefix(self, prefix: impl Into<Cow<'static, str>>) -> Self {
        self.prefixed(prefix.into(), true)
    }

    fn prefixed(mut self, text: Cow<'static, str>, optional: bool) -> Self {
        if let TokenPlace::Header { prefix, prefix_optional, .. } = &mut self.place {
            (*prefix, *prefix_optional) = (text, optional);
        }
        self
    }

    /// This claim holds the SHA-256 of the body. It may be missing where there is no body. Means nothing where the
    /// body is the token.
    pub fn body_digest(self, claim: impl Into<Cow<'static, str>>, encoding: SignatureEncoding) -> Self {
        self.proves(BodyProof::Digest { claim: claim.into(), encoding, absent_when_empty: true })
    }

    /// This claim holds the body, byte for byte. Means nothing where the body is the token.
    pub fn body_text(self, claim: impl Into<Cow<'static, str>>) -> Self {
        self.proves(BodyProof::Text { claim: claim.into() })
    }

    fn proves(mut self, proof: BodyProof) -> Self {
        if !matches!(self.place, TokenPlace::Body) {
            self.proof = proof;
        }
        self
    }

    /// What `iss` must say.
    pub fn issuer(mut self, issuer: impl Into<Cow<'static, str>>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// This claim, such as `sub`, holds the URL that the delivery was sent to.
    pub fn url(mut self, claim: impl Into<Cow<'static, str>>) -> Self {
        self.url = Some(UrlClaim { claim: claim.into(), is_digest: false });
        self
    }

    /// This claim holds the hex of the SHA-256 of the URL that the delivery was sent to.
    pub fn url_digest(mut self, claim: impl Into<Cow<'static, str>>) -> Self {
        self.url = Some(UrlClaim { claim: claim.into(), is_digest: true });
        self
    }

    /// `exp` must be there. Where it is, it is always checked, as `nbf` and `iat` are.
    pub const fn require_expiry(mut self) -> Self {
        self.times.expires = true;
        self
    }

    /// How far the clocks of both sides may be apart: a minute, unless you say so.
    pub const fn leeway(mut self, leeway: Duration) -> Self {
        self.times.leeway = leeway;
        self
    }

    /// How long ago the token may have been issued (`iat`) or begun to count (`nbf`). One of the two must then be
    /// there. A day or more is accepted with a warning.
    ///
    /// # Errors
    ///
    /// When it is zero, or when the signature is detached: then there are no claims.
    pub fn max_age(mut self, max_age: Duration) -> Result<Self, ConfigError> {
        if max_age.is_zero() {
            return Err(ConfigError::new("max_age", "must be longer than zero"));
        }
        if self.is_detached() {
            return Err(ConfigError::new("max_age", "means nothing here: a detached signature has no claims"));
        }
        if max_age >= Duration::from_secs(24 * 60 * 60) {
            observe::warning("max_age", "is a day or more: so long may a captured delivery be sent again");
        }
        self.times.max_age = Some(max_age);
        Ok(self)
    }

    /// The claim that holds the id of the event.
    pub fn id(mut self, claim: impl Into<Cow<'static, str>>) -> Self {
        self.id = Some(claim.into());
        self
    }

    /// The claim that holds the type of the event.
    pub fn kind(mut self, claim: impl Into<Cow<'static, str>>) -> Self {
        self.kind = Some(claim.into());
        self
    }

    pub(crate) const fn is_detached(&self) -> bool {
        matches!(self.proof, BodyProof::Detached | BodyProof::DetachedRequest)
    }

    /// Whether the parts fit together.
    ///
    /// # Errors
    ///
    /// When something is asked of claims, and there are none.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let asks = self.issuer.is_some()
            || self.url.is_some()
            || self.id.is_some()
            || self.kind.is_some()
            || self.times.expires
            || self.times.max_age.is_some();
        if self.is_detached() && asks {
            return Err(ConfigError::new("token", "is a detached signature, which has no claims to ask anything of"));
        }
        Ok(())
    }

    /// Whether the public origin has to be known.
    pub(crate) const fn needs_origin(&self) -> bool {
        self.url.is_some()
    }

    /// From the first moment at which a token is accepted to the last; `None` where nothing bounds its age.
    pub(crate) fn time_span(&self) -> Option<Duration> {
        let max_age = self.times.max_age?;
        Some(max_age.saturating_add(self.times.leeway).saturating_add(Duration::from_secs(1)))
    }
}
