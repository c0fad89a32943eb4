//! How providers sign: pure functions of (head, payload, keys, now).
//!
//! Nothing in here waits, looks at the time or knows a middleware. A scheme can be used alone, in a worker or a Lambda:
//!
//! ```
//! use http::Request;
//! use tower_webhook::{Keyring, Secret, UnixTime, schemes::{self, Scheme, SchemeInput}};
//!
//! let keys = Keyring::new(Secret::new("It's a Secret to Everybody")?);
//! let (head, ()) = Request::post("/")
//!     .header("x-hub-signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
//!     .body(())
//!     .unwrap()
//!     .into_parts();
//! let input = SchemeInput::new(&head, b"Hello, World!", UnixTime::from_seconds(1_764_000_000));
//! let verification = schemes::GITHUB.verify(&input, &keys).unwrap();
//! assert_eq!(verification.key_id(), "current");
//! # Ok::<(), tower_webhook::ConfigError>(())
//! ```

use crate::{error::ConfigError, rejection::RejectionKind, secrets::Keyring, time::UnixTime};
#[cfg(feature = "layers")]
mod ahead;
mod algorithm;
pub(crate) mod body_form;
mod builder;
pub(crate) mod computed;
pub(crate) mod content;
mod engines;
mod explain;
#[cfg(feature = "serde")]
mod fields;
pub(crate) mod form;
pub(crate) mod grammar;
mod head;
pub(crate) mod json;
#[cfg(feature = "public-key")]
pub(crate) mod jwt;
pub(crate) mod mac;
#[cfg(feature = "message-signatures")]
pub(crate) mod message_signature;
pub(crate) mod places;
pub(crate) mod prepared;
mod provider;
mod providers;
#[cfg(feature = "public-key")]
pub(crate) mod public_key;
mod read;
pub(crate) mod recipe;
#[cfg(feature = "serde")]
mod signing_form;
mod stringify;
pub(crate) mod template;
#[cfg(all(test, feature = "testing"))]
mod tests;
#[cfg(feature = "serde")]
mod text;
mod time;
mod url;
mod verification;
pub(crate) mod verify;
#[cfg(feature = "public-key")]
mod verify_public;

#[cfg(feature = "layers")]
pub use self::ahead::HashesAhead;
#[cfg(feature = "message-signatures")]
pub use self::message_signature::{MessageSignatureAlgorithm, MessageSignatureForm};
#[cfg(feature = "serde")]
pub use self::signing_form::SigningForm;
pub(crate) use self::verification::{FieldSource, ReplayMaterial};
pub use self::{
    body_form::BodyForm,
    builder::RecipeBuilder,
    grammar::SignatureEncoding,
    mac::{MacAlgorithm, SecretEncoding},
    places::{FieldPlace, SignaturePlace, TimestampPlace},
    provider::{Provider, ToleranceSource},
    providers::*,
    recipe::Recipe,
    template::Template,
    time::TimestampUnit,
    verification::{Field, Verification},
};
#[cfg(feature = "public-key")]
pub use self::{
    jwt::{JwtAlgorithm, JwtForm},
    public_key::PublicKeyAlgorithm,
};

use http::request::Parts;
use std::{borrow::Cow, fmt, time::Duration};

/// A way of signing deliveries.
///
/// Most are a [`Recipe`]: data. Implement the trait yourself for what no recipe can say. A scheme of your own can lie;
/// that is your right, but only [`SignatureVerify`](crate::SignatureVerify) turns its word into a `Payload<Verified>`.
///
/// This one signs a digest of the body, which a recipe cannot say:
///
/// ```
/// use hmac::{Hmac, KeyInit, Mac};
/// use http::{Request, request::Parts};
/// use sha2::{Digest, Sha256};
/// use tower_webhook::{
///     Keyring, Scheme, Secret, UnixTime,
///     schemes::{SchemeError, SchemeErrorKind, SchemeInput, Verification},
/// };
///
/// /// `acme-signature` is the hex HMAC-SHA256 of the SHA-256 of the body.
/// #[derive(Debug)]
/// struct Acme;
///
/// fn signature(head: &Parts) -> Result<[u8; 32], SchemeError> {
///     let mut values = head.headers.get_all("acme-signature").iter();
///     let value = values.next().ok_or(SchemeError::new(SchemeErrorKind::Missing))?;
///     // Sent twice, it has no value: two readers could each take another one.
///     if values.next().is_some() {
///         return Err(SchemeError::new(SchemeErrorKind::Malformed));
///     }
///     let mut signature = [0; 32];
///     const_hex::decode_to_slice(value.as_bytes(), &mut signature)
///         .map_err(|_| SchemeError::new(SchemeErrorKind::Malformed).hint("`acme-signature` is no hex of 32 bytes"))?;
///     Ok(signature)
/// }
///
/// impl Scheme for Acme {
///     fn name(&self) -> &str {
///         "acme"
///     }
///
///     fn precheck(&self, head: &Parts, _: UnixTime) -> Result<(), SchemeError> {
///         signature(head).map(drop)
///     }
///
///     fn verify(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Result<Verification, SchemeError> {
///         let signature = signature(input.head)?;
///         let digest = Sha256::digest(input.payload);
///         for (id, secret) in keys.active(input.now) {
///             let mac = Hmac::<Sha256>::new_from_slice(secret.expose()).expect("HMAC takes keys of any length");
///             // In constant time, unlike `==`.
///             if mac.chain_update(digest).verify_slice(&signature).is_ok() {
///                 return Ok(Verification::new(id.clone()));
///             }
///         }
///         Err(SchemeError::new(SchemeErrorKind::Mismatch))
///     }
/// }
///
/// let keys = Keyring::new(Secret::new("what do ya want for nothing?")?);
/// let (head, ()) = Request::post("/").header("acme-signature", "00".repeat(32)).body(()).unwrap().into_parts();
/// let forged = Acme.verify(&SchemeInput::new(&head, b"{}", UnixTime::from_seconds(0)), &keys);
/// assert_eq!(forged.unwrap_err().kind(), SchemeErrorKind::Mismatch);
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
pub trait Scheme: fmt::Debug + Send + Sync + 'static {
    /// The name in events, logs and replay keys, such as `stripe`.
    fn name(&self) -> &str;

    /// Looks at the head alone, before the first byte of the body is read: are the headers there, of the right form,
    /// and is a timestamp among them inside the window?
    ///
    /// What it lets through is checked again by [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// When no body at all could make this request verify.
    fn precheck(&self, head: &Parts, now: UnixTime) -> Result<(), SchemeError> {
        let _ = (head, now);
        Ok(())
    }

    /// Whether [`precheck`](Self::precheck) looks at `now`. Where it does not, nobody has to look at the clock for it, and
    /// `now` is zero.
    fn precheck_reads_the_clock(&self) -> bool {
        true
    }

    /// Checks the payload against every active key of `keys`.
    ///
    /// For a key id that nobody knows, `keys` is a decoy: a key made at random, so that a stranger cannot find out which
    /// ids are known. Treat any keyring alike, with the same work and the same errors for all.
    ///
    /// # Errors
    ///
    /// When the request is not proved to come from a holder of a key.
    fn verify(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Result<Verification, SchemeError>;

    /// Begins with the hashes that [`verify`](Self::verify) needs, where it can do without them: for a body so large that
    /// others would be held up if it were hashed at once. A scheme of your own leaves this as it is.
    #[cfg(feature = "layers")]
    fn hash_ahead<'a>(&'a self, input: &SchemeInput<'a>, keys: &Keyring) -> Option<HashesAhead<'a>> {
        let _ = (input, keys);
        None
    }

    /// The header whose value says which keys to use (an API key, a key id), in lower case, for schemes that have one.
    fn key_header(&self) -> Option<&str> {
        None
    }

    /// The widest span of signed time that is accepted, past and future together; `None` if no time is signed.
    ///
    /// Replay retention has to outlast it.
    fn time_window(&self) -> Option<Duration> {
        None
    }

    /// Whether `keys` can be keys of this scheme: rightly encoded, of the right sort. Called once, at start.
    ///
    /// # Errors
    ///
    /// When they cannot; the error names the setting, never the key.
    fn check_keys(&self, keys: &Keyring) -> Result<(), ConfigError> {
        let _ = keys;
        Ok(())
    }

    /// A guess at why `input` did not verify, for whoever integrates. Asked only where rejections are explained, and
    /// may take its time; it must not say anything about keys or expected signatures beyond their form.
    fn explain_mismatch(&self, input: &SchemeInput<'_>, keys: &Keyring) -> Option<Cow<'static, str>> {
        let _ = (input, keys);
        None
    }
}

/// What a scheme sees of a request.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct SchemeInput<'a> {
    /// Method, URI and headers, as received.
    pub head: &'a Parts,
    /// The body, as received.
    pub payload: &'a [u8],
    /// The time it is.
    pub now: UnixTime,
    /// What [`Scheme::hash_ahead`] came to, for each key of the ring.
    pub(crate) tags: &'a [mac::Tag],
}

impl<'a> SchemeInput<'a> {
    /// All there is to see.
    #[must_use]
    pub const fn new(head: &'a Parts, payload: &'a [u8], now: UnixTime) -> Self {
        Self { head, payload, now, tags: &[] }
    }
}

impl fmt::Debug for SchemeInput<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys and signatures stand in headers and queries, and the payload may hold personal data.
        f.debug_struct("SchemeInput")
            .field("method", &self.head.method)
            .field("path", &self.head.uri.path())
            .field("payload_length", &self.payload.len())
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// Why a request did not verify.
///
/// Deliberately says little: which header, never which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemeError {
    kind: SchemeErrorKind,
    hint: Option<Cow<'static, str>>,
}

/// The sort of a [`SchemeError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemeErrorKind {
    /// A signature, key or timestamp is there but not of the scheme's form.
    Malformed,
    /// No signature matched any active key.
    Mismatch,
    /// A required signature, key or timestamp is absent.
    Missing,
    /// The timestamp is too old or too far ahead.
    OutOfTolerance,
    /// The scheme needs a field of the body, and the body does not have it.
    PayloadMalformed,
}

impl SchemeError {
    /// An error of this sort.
    #[must_use]
    pub const fn new(kind: SchemeErrorKind) -> Self {
        Self { kind, hint: None }
    }

    /// Adds a sentence for whoever integrates. It must not say anything about keys or expected signatures.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> SchemeErrorKind {
        self.kind
    }

    /// The sentence for whoever integrates.
    #[must_use]
    pub fn hint_text(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl From<SchemeErrorKind> for RejectionKind {
    fn from(kind: SchemeErrorKind) -> Self {
        match kind {
            SchemeErrorKind::Malformed => Self::SignatureMalformed,
            SchemeErrorKind::Mismatch => Self::SignatureMismatch,
            SchemeErrorKind::Missing => Self::SignatureMissing,
            SchemeErrorKind::OutOfTolerance => Self::TimestampOutOfTolerance,
            SchemeErrorKind::PayloadMalformed => Self::PayloadMalformed,
        }
    }
}

impl fmt::Display for SchemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(RejectionKind::from(self.kind).title())?;
        match &self.hint {
            Some(hint) => write!(f, ": {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for SchemeError {}
