//! Signatures that a public key verifies: keys are parsed and signatures checked here.
#![allow(dead_code, reason = "until recipes hold public keys, nothing but tests asks for all of it")]

pub(crate) mod stand_ins;
#[cfg(test)]
mod tests;
mod text;

use self::text::{bytes_of, is_private};
use super::{
    engines::{STANDARD_PAD_INDIFFERENT, URL_SAFE_PAD_INDIFFERENT},
    grammar::SignatureEncoding,
};
use crate::error::ConfigError;
use aws_lc_rs::{
    digest::{self, Digest},
    signature::{
        self, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents, RsaSubjectPublicKey, VerificationAlgorithm,
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::fmt;

/// How a signature is made with a private key and verified with the public one. It comes from the scheme alone, never
/// from a request.
///
/// The public key is the secret of such a scheme: the text that the provider hands out. It may be
/// `-----BEGIN PUBLIC KEY-----`, `-----BEGIN CERTIFICATE-----`, or the base64 between the two lines of the first. An
/// Ed25519 key may also be its 32 bytes alone, in hex or base64, after `whpk_` or without it.
///
/// A certificate is a way to write its key, no more: who issued it and until when it counts is not looked at. Of a
/// chain, the first one counts. RSA keys of fewer than 2048 bits are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicKeyAlgorithm {
    /// ECDSA on P-256 with SHA-256; signatures in DER, as OpenSSL writes them.
    EcdsaP256Sha256,
    /// ECDSA on P-256 with SHA-256; signatures of 64 bytes: `ES256` of JWTs, `ecdsa-p256-sha256` of RFC 9421.
    EcdsaP256Sha256Fixed,
    /// ECDSA on P-384 with SHA-384; signatures in DER.
    EcdsaP384Sha384,
    /// ECDSA on P-384 with SHA-384; signatures of 96 bytes: `ES384` of JWTs, `ecdsa-p384-sha384` of RFC 9421.
    EcdsaP384Sha384Fixed,
    /// ECDSA on P-521 with SHA-512; signatures of 132 bytes: `ES512` of JWTs.
    EcdsaP521Sha512Fixed,
    /// Ed25519.
    Ed25519,
    /// ECDSA on P-256 with SHA-1; signatures in DER. Whoever can choose what the sender signs can find two contents
    /// with one signature: for providers that offer nothing else.
    InsecureEcdsaP256Sha1,
    /// RSA (PKCS #1 v1.5) with SHA-1. Whoever can choose what the sender signs can find two contents with one
    /// signature: for providers that offer nothing else.
    InsecureRsaPkcs1Sha1,
    /// RSA (PKCS #1 v1.5) with SHA-256.
    RsaPkcs1Sha256,
    /// RSA (PKCS #1 v1.5) with SHA-384.
    RsaPkcs1Sha384,
    /// RSA (PKCS #1 v1.5) with SHA-512.
    RsaPkcs1Sha512,
    /// RSA (PSS) with SHA-256 and a salt of 32 bytes.
    RsaPssSha256,
    /// RSA (PSS) with SHA-384 and a salt of 48 bytes.
    RsaPssSha384,
    /// RSA (PSS) with SHA-512 and a salt of 64 bytes.
    RsaPssSha512,
}

/// The longest key text that is read: a chain of certificates fits.
const MAX_TEXT: usize = 64 * 1024;

/// The fewest bits of an RSA key.
const MIN_RSA_BITS: u32 = 2048;

/// The most bits of an RSA key: verifying takes longer the longer the key is.
const MAX_RSA_BITS: u32 = 8192;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Ed25519,
    P256,
    P384,
    P521,
    Rsa,
}

impl PublicKeyAlgorithm {
    const fn family(self) -> Family {
        match self {
            Self::EcdsaP256Sha256 | Self::EcdsaP256Sha256Fixed | Self::InsecureEcdsaP256Sha1 => Family::P256,
            Self::EcdsaP384Sha384 | Self::EcdsaP384Sha384Fixed => Family::P384,
            Self::EcdsaP521Sha512Fixed => Family::P521,
            Self::Ed25519 => Family::Ed25519,
            _ => Family::Rsa,
        }
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::EcdsaP256Sha256 => &signature::ECDSA_P256_SHA256_ASN1,
            Self::EcdsaP256Sha256Fixed => &signature::ECDSA_P256_SHA256_FIXED,
            Self::EcdsaP384Sha384 => &signature::ECDSA_P384_SHA384_ASN1,
            Self::EcdsaP384Sha384Fixed => &signature::ECDSA_P384_SHA384_FIXED,
            Self::EcdsaP521Sha512Fixed => &signature::ECDSA_P521_SHA512_FIXED,
            Self::Ed25519 => &signature::ED25519,
            Self::InsecureEcdsaP256Sha1 => &signature::ECDSA_P256_SHA1_ASN1,
            _ => self.rsa(),
        }
    }

    /// Of the algorithms that are none of RSA, nothing asks.
    const fn rsa(self) -> &'static RsaParameters {
        match self {
            Self::InsecureRsaPkcs1Sha1 => &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Self::RsaPkcs1Sha384 => &signature::RSA_PKCS1_2048_8192_SHA384,
            Self::RsaPkcs1Sha512 => &signature::RSA_PKCS1_2048_8192_SHA512,
            Self::RsaPssSha256 => &signature::RSA_PSS_2048_8192_SHA256,
            Self::RsaPssSha384 => &signature::RSA_PSS_2048_8192_SHA384,
            Self::RsaPssSha512 => &signature::RSA_PSS_2048_8192_SHA512,
            _ => &signature::RSA_PKCS1_2048_8192_SHA256,
        }
    }

    /// The hash of the content that is signed, for all but Ed25519, which reads the content twice.
    fn digest(self) -> Option<&'static digest::Algorithm> {
        match self {
            Self::Ed25519 => None,
            Self::InsecureEcdsaP256Sha1 | Self::InsecureRsaPkcs1Sha1 => Some(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            Self::EcdsaP256Sha256 | Self::EcdsaP256Sha256Fixed | Self::RsaPkcs1Sha256 | Self::RsaPssSha256 => {
                Some(&digest::SHA256)
            }
            Self::EcdsaP384Sha384 | Self::EcdsaP384Sha384Fixed | Self::RsaPkcs1Sha384 | Self::RsaPssSha384 => {
                Some(&digest::SHA384)
            }
            Self::EcdsaP521Sha512Fixed | Self::RsaPkcs1Sha512 | Self::RsaPssSha512 => Some(&digest::SHA512),
        }
    }

    /// The shortest and the longest signature, in bytes.
    const fn signature_lengths(self) -> (usize, usize) {
        match self {
            Self::Ed25519 | Self::EcdsaP256Sha256Fixed => (64, 64),
            Self::EcdsaP384Sha384Fixed => (96, 96),
            Self::EcdsaP521Sha512Fixed => (132, 132),
            // A sequence of two integers.
            Self::EcdsaP256Sha256 | Self::InsecureEcdsaP256Sha1 => (8, 72),
            Self::EcdsaP384Sha384 => (8, 104),
            _ => (MIN_RSA_BITS as usize / 8, MAX_RSA_BITS as usize / 8),
        }
    }

    /// Its usual name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::EcdsaP256Sha256 | Self::EcdsaP256Sha256Fixed => "ECDSA P-256",
            Self::EcdsaP384Sha384 | Self::EcdsaP384Sha384Fixed => "ECDSA P-384",
            Self::EcdsaP521Sha512Fixed => "ECDSA P-521",
            Self::Ed25519 => "Ed25519",
            Self::InsecureEcdsaP256Sha1 => "ECDSA P-256 with SHA-1",
            Self::InsecureRsaPkcs1Sha1 => "RSA with SHA-1",
            Self::RsaPkcs1Sha256 | Self::RsaPkcs1Sha384 | Self::RsaPkcs1Sha512 => "RSA",
            Self::RsaPssSha256 | Self::RsaPssSha384 | Self::RsaPssSha512 => "RSA-PSS",
        }
    }

    /// The bytes of a signature that is written this way; `None` when it is not, or could be none of this algorithm.
    pub(crate) fn decode_signature(self, encoding: SignatureEncoding, text: &[u8]) -> Option<Vec<u8>> {
        let (shortest, longest) = self.signature_lengths();
        if text.len() > 2 * longest {
            return None;
        }
        // The decoder would take a leading `0x` for no digits at all.
        let hex = || const_hex::decode(text).ok().filter(|bytes| bytes.len() * 2 == text.len());
        let bytes = match encoding {
            SignatureEncoding::Hex => hex(),
            SignatureEncoding::Base64 => STANDARD.decode(text).ok(),
            SignatureEncoding::Base64OptionalPadding => STANDARD_PAD_INDIFFERENT.decode(text).ok(),
            SignatureEncoding::Base64Url => URL_SAFE_PAD_INDIFFERENT.decode(text).ok(),
            // By chance, the base64 of no signature is hex from its first digit to its last.
            SignatureEncoding::HexOrBase64 => hex().or_else(|| STANDARD.decode(text).ok()),
        };
        bytes.filter(|bytes| (shortest..=longest).contains(&bytes.len()))
    }
}

/// A public key, ready to verify with.
#[derive(Clone)]
pub(crate) struct PublicKey {
    algorithm: PublicKeyAlgorithm,
    key: ParsedPublicKey,
}

impl PublicKey {
    /// The key that is written in `text`, in one of the forms of [`PublicKeyAlgorithm`].
    ///
    /// # Errors
    ///
    /// When it is not, or is a key of another algorithm. The error never holds the text.
    pub(crate) fn parse(algorithm: PublicKeyAlgorithm, text: &[u8]) -> Result<Self, ConfigError> {
        let text = text.trim_ascii();
        if text.len() > MAX_TEXT {
            return Err(wrong("is longer than 64 KiB, and no public key"));
        }
        if is_private(text) {
            return Err(wrong("is a private key; this wants the public key of the sender"));
        }
        let key = match bytes_of(algorithm, text) {
            Some(bytes) => Self::from_bytes(algorithm, &bytes)?,
            None => return Err(wrong(expected(algorithm))),
        };
        Ok(key)
    }

    /// From a SubjectPublicKeyInfo, the 32 bytes of an Ed25519 key, or the point of an elliptic curve.
    pub(crate) fn from_bytes(algorithm: PublicKeyAlgorithm, bytes: &[u8]) -> Result<Self, ConfigError> {
        if algorithm.family() == Family::Rsa {
            let key = RsaSubjectPublicKey::from_der(bytes).map_err(|_| wrong(expected(algorithm)))?;
            check_rsa_bits(key.as_ref())?;
        }
        let key = ParsedPublicKey::new(algorithm.verification(), bytes).map_err(|_| wrong(expected(algorithm)))?;
        Ok(Self { algorithm, key })
    }

    /// From the modulus and the exponent of an RSA key, big-endian.
    pub(crate) fn from_rsa_components(
        algorithm: PublicKeyAlgorithm,
        modulus: &[u8],
        exponent: &[u8],
    ) -> Result<Self, ConfigError> {
        if algorithm.family() != Family::Rsa || modulus.len() > MAX_RSA_BITS as usize / 8 {
            return Err(wrong(expected(algorithm)));
        }
        let components = RsaPublicKeyComponents { n: modulus, e: exponent };
        let key = components.to_parsed_public_key(algorithm.rsa()).map_err(|_| wrong(expected(algorithm)))?;
        let plain = RsaSubjectPublicKey::from_der(key.as_ref()).map_err(|_| wrong(expected(algorithm)))?;
        check_rsa_bits(plain.as_ref())?;
        Ok(Self { algorithm, key })
    }

    pub(crate) const fn algorithm(&self) -> PublicKeyAlgorithm {
        self.algorithm
    }

    /// Whether `signature` is one of these slices, one after the other.
    pub(crate) fn verify(&self, signature: &[u8], content: &[&[u8]]) -> bool {
        match (self.algorithm.digest(), content) {
            (Some(algorithm), _) => {
                let mut context = digest::Context::new(algorithm);
                content.iter().for_each(|slice| context.update(slice));
                self.key.verify_digest_sig(&context.finish(), signature).is_ok()
            }
            (None, [content]) => self.key.verify_sig(content, signature).is_ok(),
            (None, _) => self.key.verify_sig(&content.concat(), signature).is_ok(),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// The SHA-256 of these slices, one after the other.
///
/// Of what is signed, it tells one delivery from another. The signature does not: one of ECDSA can be altered and still
/// verifies.
pub(crate) fn sha256(content: &[&[u8]]) -> Digest {
    let mut context = digest::Context::new(&digest::SHA256);
    content.iter().for_each(|slice| context.update(slice));
    context.finish()
}

/// `key` is an RSAPublicKey (RFC 8017).
fn check_rsa_bits(key: &[u8]) -> Result<(), ConfigError> {
    match RsaParameters::public_modulus_len(key) {
        Ok(MIN_RSA_BITS..=MAX_RSA_BITS) => Ok(()),
        Ok(..MIN_RSA_BITS) => Err(wrong("is an RSA key of fewer than 2048 bits, which can be broken")),
        _ => Err(wrong("is an RSA key of more than 8192 bits, which takes too long")),
    }
}

fn wrong(reason: &'static str) -> ConfigError {
    ConfigError::new("secret", reason)
}

const fn expected(algorithm: PublicKeyAlgorithm) -> &'static str {
    match algorithm.family() {
        Family::Ed25519 => {
            "must be the sender's Ed25519 public key: 32 bytes in hex or base64 (perhaps after `whpk_`), \
             `-----BEGIN PUBLIC KEY-----`, `-----BEGIN CERTIFICATE-----`, or the base64 of a SubjectPublicKeyInfo"
        }
        Family::P256 => {
            "must be the sender's public key on the curve P-256: `-----BEGIN PUBLIC KEY-----`, \
             `-----BEGIN CERTIFICATE-----`, or the base64 of a SubjectPublicKeyInfo"
        }
        Family::P384 => {
            "must be the sender's public key on the curve P-384: `-----BEGIN PUBLIC KEY-----`, \
             `-----BEGIN CERTIFICATE-----`, or the base64 of a SubjectPublicKeyInfo"
        }
        Family::P521 => {
            "must be the sender's public key on the curve P-521: `-----BEGIN PUBLIC KEY-----`, \
             `-----BEGIN CERTIFICATE-----`, or the base64 of a SubjectPublicKeyInfo"
        }
        Family::Rsa => {
            "must be the sender's RSA public key: `-----BEGIN PUBLIC KEY-----`, `-----BEGIN CERTIFICATE-----`, or the \
             base64 of a SubjectPublicKeyInfo"
        }
    }
}
