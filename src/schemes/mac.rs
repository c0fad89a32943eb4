//! The only file that touches a hash: keys are prepared, tags computed and compared here.

pub use super::algorithm::MacAlgorithm;
use super::engines::STANDARD_PAD_INDIFFERENT;
use crate::{error::ConfigError, secrets::is_public_key};
use base64::Engine as _;
use hmac::{Hmac, KeyInit};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::{borrow::Cow, fmt};
use subtle::{Choice, ConstantTimeEq};
use zeroize::Zeroizing;

/// How the text of a secret becomes the bytes of a key. Always as the scheme says, never by guessing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecretEncoding {
    /// The text itself, byte for byte.
    Utf8,
    /// The text in Unicode's normal form KD.
    #[cfg(feature = "nfkd")]
    #[cfg_attr(docsrs, doc(cfg(feature = "nfkd")))]
    Nfkd,
    /// The text is hex, of either case.
    Hex,
    /// The text is base64, padded or not.
    Base64,
    /// The text is base64, padded or not, after a prefix such as `whsec_` that may be missing.
    Base64After(Cow<'static, str>),
    /// The text is base64, padded or not, after a prefix such as `whsec_` that must be there.
    Base64AfterRequired(Cow<'static, str>),
    /// As [`Base64After`](Self::Base64After); without the prefix the text itself is the key.
    Base64AfterOrUtf8(Cow<'static, str>),
    /// The text is base64, padded or not, after the last `_` in it.
    Base64AfterUnderscore,
    /// The text, without a prefix that ends in the second `-`, as in `signkey-prod-…`.
    Utf8AfterSecondDash,
    /// The text, with `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&#039;` read as HTML.
    HtmlEscaped,
    /// The SHA-1 of the text.
    Sha1,
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
        let after = |prefix: &str| secret.strip_prefix(prefix.as_bytes());
        let key = match self {
            Self::Utf8 => Zeroizing::new(secret.to_vec()),
            #[cfg(feature = "nfkd")]
            Self::Nfkd => {
                let text =
                    std::str::from_utf8(secret).map_err(|_| wrong("is not UTF-8, which this scheme's secrets are"))?;
                Zeroizing::new(unicode_normalization::UnicodeNormalization::nfkd(text).collect::<String>().into_bytes())
            }
            Self::Hex => const_hex::decode(secret)
                .map(Zeroizing::new)
                .map_err(|_| wrong("is not hex, which this scheme's secrets are"))?,
            Self::Base64 => base64(secret)?,
            Self::Base64After(prefix) => base64(after(prefix).unwrap_or(secret))?,
            Self::Base64AfterRequired(prefix) => base64(after(prefix).ok_or_else(|| {
                ConfigError::new("secret", format!("does not start with `{prefix}`, as this scheme's secrets do"))
            })?)?,
            Self::Base64AfterOrUtf8(prefix) => match after(prefix) {
                Some(rest) => base64(rest)?,
                None => Zeroizing::new(secret.to_vec()),
            },
            Self::Base64AfterUnderscore => base64(secret.rsplit(|byte| *byte == b'_').next().unwrap_or(secret))?,
            Self::Utf8AfterSecondDash => {
                let rest = secret.splitn(3, |byte| *byte == b'-').nth(2).unwrap_or(secret);
                Zeroizing::new(rest.to_vec())
            }
            Self::HtmlEscaped => Zeroizing::new(unescape_html(secret)),
            Self::Sha1 => Zeroizing::new(Sha1::digest(secret).to_vec()),
        };
        // HMAC pads short keys with zeros: a key of nothing but zeros is the empty key.
        if key.iter().all(|byte| *byte == 0) {
            return Err(wrong("holds no key once it is decoded"));
        }
        Ok(key)
    }
}

/// One pass, so that `&amp;lt;` is `&lt;`.
fn unescape_html(text: &[u8]) -> Vec<u8> {
    const ENTITIES: [(&[u8], u8); 6] =
        [(b"&amp;", b'&'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"'), (b"&#039;", b'\''), (b"&#39;", b'\'')];
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let entity = ENTITIES.iter().find_map(|(name, byte)| Some((*byte, rest.strip_prefix(*name)?)));
        let (byte, next) = entity.unwrap_or((*first, after));
        plain.push(byte);
        rest = next;
    }
    plain
}

/// What a scheme makes of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyForm {
    pub(crate) algorithm: MacAlgorithm,
    pub(crate) encoding: SecretEncoding,
}

/// A key, ready to use. Where its schedule is computed, cloning that is cheaper than hashing it again.
///
/// It is wiped when it is dropped.
#[derive(Clone)]
pub(crate) enum MacKey {
    #[cfg(feature = "insecure-md5")]
    Md5(Hmac<md5::Md5>),
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
    /// An HMAC with any SHA, where AWS-LC is faster.
    #[cfg(feature = "aws-lc")]
    AwsLc(Box<aws_lc_rs::hmac::Key>),
    Keyed(MacAlgorithm, Zeroizing<Vec<u8>>),
    Token(Tag),
}

impl MacKey {
    pub(crate) fn new(form: &KeyForm, secret: &[u8]) -> Result<Self, ConfigError> {
        if is_public_key(secret) {
            return Err(ConfigError::new("secret", "is a public key; this wants the secret that both sides share"));
        }
        let key = form.encoding.decode(secret)?;
        // HMAC takes keys of any length, so these never fail.
        let wrong = |_| ConfigError::new("secret", "cannot be a key of this algorithm");
        #[cfg(feature = "aws-lc")]
        if let Some(algorithm) = aws_lc_algorithm(form.algorithm).filter(|_| !has_instructions(form.algorithm)) {
            return Ok(Self::AwsLc(Box::new(aws_lc_rs::hmac::Key::new(algorithm, &key))));
        }
        Ok(match form.algorithm {
            #[cfg(feature = "insecure-md5")]
            MacAlgorithm::InsecureHmacMd5 => Self::Md5(Hmac::new_from_slice(&key).map_err(wrong)?),
            MacAlgorithm::HmacSha1 => Self::Sha1(Hmac::new_from_slice(&key).map_err(wrong)?),
            MacAlgorithm::HmacSha256 => Self::Sha256(Hmac::new_from_slice(&key).map_err(wrong)?),
            MacAlgorithm::HmacSha384 => Self::Sha384(Hmac::new_from_slice(&key).map_err(wrong)?),
            MacAlgorithm::HmacSha512 => Self::Sha512(Hmac::new_from_slice(&key).map_err(wrong)?),
            MacAlgorithm::Token => Self::Token(Tag::of_token(&key)),
            algorithm => Self::Keyed(algorithm, key),
        })
    }

    /// A key that nobody has, for the work of it.
    pub(crate) fn stand_in(algorithm: MacAlgorithm) -> Option<Self> {
        Self::new(&KeyForm { algorithm, encoding: SecretEncoding::Utf8 }, b"stand-in").ok()
    }

    /// The tag over all of the content. `None` in it is the secret.
    pub(crate) fn tag<'c>(&self, content: impl IntoIterator<Item = Option<&'c [u8]>>) -> Tag {
        let mut tag = Tag::EMPTY;
        self.write_tag(content, &mut tag);
        tag
    }

    /// As [`tag`](Self::tag), without moving it about.
    pub(crate) fn write_tag<'c>(&self, content: impl IntoIterator<Item = Option<&'c [u8]>>, tag: &mut Tag) {
        match self {
            #[cfg(feature = "insecure-md5")]
            Self::Md5(mac) => finish(mac.clone(), content, tag),
            Self::Sha1(mac) => finish(mac.clone(), content, tag),
            Self::Sha256(mac) => finish(mac.clone(), content, tag),
            Self::Sha384(mac) => finish(mac.clone(), content, tag),
            Self::Sha512(mac) => finish(mac.clone(), content, tag),
            #[cfg(feature = "aws-lc")]
            Self::AwsLc(key) => {
                let mut mac = aws_lc_rs::hmac::Context::with_key(key);
                content.into_iter().flatten().for_each(|part| mac.update(part));
                tag.truncate_from(mac.sign().as_ref());
            }
            Self::Keyed(MacAlgorithm::KeyedSha1, secret) => digest::<Sha1>(secret, content, tag),
            #[cfg(feature = "insecure-md5")]
            Self::Keyed(MacAlgorithm::InsecureKeyedMd5, secret) => digest::<md5::Md5>(secret, content, tag),
            #[cfg(feature = "keccak")]
            Self::Keyed(MacAlgorithm::KeyedKeccak256, secret) => digest::<sha3::Keccak256>(secret, content, tag),
            Self::Keyed(_, secret) => digest::<Sha256>(secret, content, tag),
            Self::Token(token) => *tag = *token,
        }
    }
}

#[cfg(feature = "aws-lc")]
const fn aws_lc_algorithm(algorithm: MacAlgorithm) -> Option<aws_lc_rs::hmac::Algorithm> {
    Some(match algorithm {
        MacAlgorithm::HmacSha1 => aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        MacAlgorithm::HmacSha256 => aws_lc_rs::hmac::HMAC_SHA256,
        MacAlgorithm::HmacSha384 => aws_lc_rs::hmac::HMAC_SHA384,
        MacAlgorithm::HmacSha512 => aws_lc_rs::hmac::HMAC_SHA512,
        _ => return None,
    })
}

/// Whether this processor has instructions for the hash. With them the pure Rust is at least as fast as AWS-LC, and
/// costs less per MAC; without them it takes up to twice as long. No x86 that is common has any for SHA-512, but those
/// with instructions for the other two run both implementations of it equally fast.
#[cfg(feature = "aws-lc")]
fn has_instructions(algorithm: MacAlgorithm) -> bool {
    #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
    return {
        let _ = algorithm;
        std::arch::is_x86_feature_detected!("sha")
    };
    #[cfg(target_arch = "aarch64")]
    return match algorithm {
        MacAlgorithm::HmacSha384 | MacAlgorithm::HmacSha512 => std::arch::is_aarch64_feature_detected!("sha3"),
        _ => std::arch::is_aarch64_feature_detected!("sha2"),
    };
    // Nobody has measured.
    #[cfg(not(any(target_arch = "x86", target_arch = "x86_64", target_arch = "aarch64")))]
    return {
        let _ = algorithm;
        true
    };
}

fn finish<'c, M: hmac::Mac>(mut mac: M, content: impl IntoIterator<Item = Option<&'c [u8]>>, tag: &mut Tag) {
    content.into_iter().flatten().for_each(|part| mac.update(part));
    tag.truncate_from(&mac.finalize().into_bytes());
}

fn digest<'c, D: Digest>(secret: &[u8], content: impl IntoIterator<Item = Option<&'c [u8]>>, tag: &mut Tag) {
    let mut hash = D::new();
    content.into_iter().for_each(|part| hash.update(part.unwrap_or(secret)));
    tag.truncate_from(&hash.finalize());
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

    pub(super) fn truncating(bytes: &[u8]) -> Self {
        let mut tag = Self::EMPTY;
        tag.truncate_from(bytes);
        tag
    }

    fn truncate_from(&mut self, bytes: &[u8]) {
        let length = bytes.len().min(Self::MAX);
        self.bytes = [0; Self::MAX];
        self.bytes[..length].copy_from_slice(&bytes[..length]);
        self.length = length;
    }

    /// What tokens are compared by: their length is nobody's business.
    pub(crate) fn of_token(token: &[u8]) -> Self {
        Self::truncating(&Sha256::digest(token))
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
        (differing | (self.length ^ other.length) as u64).ct_eq(&0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag { .. }")
    }
}

#[cfg(all(test, feature = "aws-lc"))]
mod tests {
    use super::*;

    /// The content comes in parts of this length.
    fn tag(key: &MacKey, content: &[u8], part: usize) -> Vec<u8> {
        let tag = key.tag(content.chunks(part).map(Some));
        let (bytes, length) = tag.into_parts();
        bytes[..length].to_vec()
    }

    #[test]
    fn both_implementations_of_hmac_agree() {
        let pure = |algorithm, key: &[u8]| match algorithm {
            MacAlgorithm::HmacSha1 => MacKey::Sha1(Hmac::new_from_slice(key).unwrap()),
            MacAlgorithm::HmacSha256 => MacKey::Sha256(Hmac::new_from_slice(key).unwrap()),
            MacAlgorithm::HmacSha384 => MacKey::Sha384(Hmac::new_from_slice(key).unwrap()),
            _ => MacKey::Sha512(Hmac::new_from_slice(key).unwrap()),
        };
        let bytes: Vec<u8> = (0..600_u32).map(|index| (index * 31 % 251) as u8).collect();
        let algorithms =
            [MacAlgorithm::HmacSha1, MacAlgorithm::HmacSha256, MacAlgorithm::HmacSha384, MacAlgorithm::HmacSha512];
        for algorithm in algorithms {
            for key_length in [1, 19, 32, 63, 64, 65, 127, 128, 129, 300] {
                let pure = pure(algorithm, &bytes[..key_length]);
                let fast = aws_lc_rs::hmac::Key::new(aws_lc_algorithm(algorithm).unwrap(), &bytes[..key_length]);
                let fast = MacKey::AwsLc(Box::new(fast));
                for length in (0..300).chain([511, 512, 513, 600]) {
                    let content = &bytes[..length];
                    let expected = tag(&pure, content, 600);
                    assert_eq!(expected.len(), algorithm.tag_length());
                    for part in [1, 7, 64, 100, 600] {
                        assert_eq!(tag(&fast, content, part), expected, "{algorithm:?} {key_length} {length} {part}");
                    }
                    assert_eq!(tag(&fast.clone(), content, 600), expected);
                }
            }
        }
    }

    #[test]
    fn a_key_is_of_the_faster_implementation() {
        let key = |algorithm| MacKey::new(&KeyForm { algorithm, encoding: SecretEncoding::Utf8 }, b"a secret").unwrap();
        for algorithm in [MacAlgorithm::HmacSha1, MacAlgorithm::HmacSha256, MacAlgorithm::HmacSha512] {
            assert_eq!(matches!(key(algorithm), MacKey::AwsLc(_)), !has_instructions(algorithm));
        }
        assert!(!matches!(key(MacAlgorithm::KeyedSha256), MacKey::AwsLc(_)));
    }
}
