//! The only file that touches a hash: keys are prepared, tags computed and compared here.

use crate::error::ConfigError;
use base64::{Engine as _, engine::general_purpose::STANDARD_PAD_INDIFFERENT};
use hmac::{Hmac, KeyInit};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use std::{borrow::Cow, fmt};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// The keyed hash of a scheme. It comes from the scheme alone, never from a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MacAlgorithm {
    /// HMAC with SHA-1: no longer what one would choose, but HMAC does not suffer from its collisions.
    HmacSha1,
    /// HMAC with SHA-256: what nearly everybody uses.
    HmacSha256,
    /// HMAC with SHA-384.
    HmacSha384,
    /// HMAC with SHA-512.
    HmacSha512,
}

impl MacAlgorithm {
    /// The length of a tag in bytes.
    #[must_use]
    pub const fn tag_length(self) -> usize {
        match self {
            Self::HmacSha1 => 20,
            Self::HmacSha256 => 32,
            Self::HmacSha384 => 48,
            Self::HmacSha512 => 64,
        }
    }
}

/// How the text of a secret becomes the bytes of a key. Always as the scheme says, never by guessing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretEncoding {
    /// The text itself, byte for byte.
    Utf8,
    /// The text is hex, of either case.
    Hex,
    /// The text is base64, padded or not.
    Base64,
    /// The text is base64, padded or not, after a prefix such as `whsec_` that may be missing.
    Base64After(Cow<'static, str>),
}

impl SecretEncoding {
    fn decode(&self, secret: &[u8]) -> Result<Zeroizing<Vec<u8>>, ConfigError> {
        let wrong = |reason: &'static str| ConfigError::new("secret", reason);
        let base64 = |text: &[u8]| {
            STANDARD_PAD_INDIFFERENT
                .decode(text)
                .map(Zeroizing::new)
                .map_err(|_| wrong("is not base64, which this scheme's secrets are"))
        };
        let key = match self {
            Self::Utf8 => Zeroizing::new(secret.to_vec()),
            Self::Hex => const_hex::decode(secret)
                .map(Zeroizing::new)
                .map_err(|_| wrong("is not hex, which this scheme's secrets are"))?,
            Self::Base64 => base64(secret)?,
            Self::Base64After(prefix) => base64(secret.strip_prefix(prefix.as_bytes()).unwrap_or(secret))?,
        };
        // HMAC pads short keys with zeros: a key of nothing but zeros is the empty key.
        if key.iter().all(|byte| *byte == 0) {
            return Err(wrong("holds no key once it is decoded"));
        }
        Ok(key)
    }
}

/// What a scheme makes of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyForm {
    pub(crate) algorithm: MacAlgorithm,
    pub(crate) encoding: SecretEncoding,
}

/// A key whose schedule is computed: cloning it is cheaper than hashing it again.
///
/// The hash states are wiped when it is dropped.
#[derive(Clone)]
pub(crate) enum MacKey {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

impl MacKey {
    pub(crate) fn new(form: &KeyForm, secret: &[u8]) -> Result<Self, ConfigError> {
        let key = form.encoding.decode(secret)?;
        // HMAC takes keys of any length, so these never fail.
        let wrong = |_| ConfigError::new("secret", "cannot be a key of this algorithm");
        Ok(match form.algorithm {
            MacAlgorithm::HmacSha1 => Self::Sha1(Hmac::new_from_slice(&key).map_err(wrong)?),
            MacAlgorithm::HmacSha256 => Self::Sha256(Hmac::new_from_slice(&key).map_err(wrong)?),
            MacAlgorithm::HmacSha384 => Self::Sha384(Hmac::new_from_slice(&key).map_err(wrong)?),
            MacAlgorithm::HmacSha512 => Self::Sha512(Hmac::new_from_slice(&key).map_err(wrong)?),
        })
    }

    /// The tag over everything that `content` feeds in.
    pub(crate) fn tag(&self, content: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Tag {
        match self {
            Self::Sha1(mac) => finish(mac.clone(), content),
            Self::Sha256(mac) => finish(mac.clone(), content),
            Self::Sha384(mac) => finish(mac.clone(), content),
            Self::Sha512(mac) => finish(mac.clone(), content),
        }
    }
}

fn finish<M: hmac::Mac>(mut mac: M, content: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Tag {
    content(&mut |part| mac.update(part));
    Tag::truncating(&mac.finalize().into_bytes())
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey { .. }")
    }
}

/// A signature, computed or presented. It has no `PartialEq`: the only way to compare two takes constant time.
#[derive(Clone, Copy)]
pub(crate) struct Tag {
    bytes: [u8; Self::MAX],
    length: usize,
}

impl Tag {
    pub(crate) const MAX: usize = 64;
    pub(crate) const EMPTY: Self = Self { bytes: [0; Self::MAX], length: 0 };

    fn truncating(bytes: &[u8]) -> Self {
        let mut tag = Self::EMPTY;
        let length = bytes.len().min(Self::MAX);
        tag.bytes[..length].copy_from_slice(&bytes[..length]);
        tag.length = length;
        tag
    }

    /// Makes it a tag of this length, which `fill` writes; `None` when that is longer than any algorithm's, or when
    /// `fill` says so.
    pub(crate) fn fill(&mut self, length: usize, fill: impl FnOnce(&mut [u8]) -> Option<()>) -> Option<()> {
        fill(self.bytes.get_mut(..length)?)?;
        self.length = length;
        Some(())
    }

    #[cfg(feature = "testing")]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    pub(crate) const fn into_parts(self) -> ([u8; Self::MAX], usize) {
        (self.bytes, self.length)
    }

    /// In constant time for tags of one length; lengths are public.
    ///
    /// Eight bytes at a time, and one guarded comparison at the end: the comparison of slices goes byte by byte and
    /// costs as much as a block of SHA-256.
    pub(crate) fn matches(&self, other: &Self) -> Choice {
        let (ours, _) = self.bytes.as_chunks::<8>();
        let (theirs, _) = other.bytes.as_chunks::<8>();
        let differing = ours
            .iter()
            .zip(theirs)
            .fold(0, |differing, (ours, theirs)| differing | (u64::from_ne_bytes(*ours) ^ u64::from_ne_bytes(*theirs)));
        differing.ct_eq(&0) & self.length.ct_eq(&other.length)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag { .. }")
    }
}
