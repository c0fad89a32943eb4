//! How public keys are written.

use super::PublicKeyAlgorithm;
use crate::schemes::engines::STANDARD_PAD_INDIFFERENT;
use aws_lc_rs::signature::ED25519_PUBLIC_KEY_LEN;
use base64::Engine as _;

pub(super) fn is_private(text: &[u8]) -> bool {
    let marker = b" PRIVATE KEY-----";
    [&b"whsk_"[..], b"whsk1_"].iter().any(|prefix| text.starts_with(prefix))
        || text.windows(marker.len()).any(|window| window == marker)
}

/// What the text is once it is decoded.
pub(super) fn bytes_of(algorithm: PublicKeyAlgorithm, text: &[u8]) -> Option<Vec<u8>> {
    if text.starts_with(b"-----BEGIN ") {
        let certified = || public_key_info(&pem(text, "CERTIFICATE")?).map(<[u8]>::to_vec);
        return pem(text, "PUBLIC KEY").or_else(|| pem(text, "RSA PUBLIC KEY")).or_else(certified);
    }
    let is_ed25519 = algorithm == PublicKeyAlgorithm::Ed25519;
    let raw = |bytes: &Vec<u8>| bytes.len() == ED25519_PUBLIC_KEY_LEN;
    if let Some(key) = [&b"whpk_"[..], b"whpk1_"].iter().find_map(|prefix| text.strip_prefix(*prefix)) {
        return STANDARD_PAD_INDIFFERENT.decode(key).ok().filter(|bytes| is_ed25519 && raw(bytes));
    }
    // 64 digits of hex are the base64 of 48 bytes, which no key has.
    if is_ed25519 && text.len() == 2 * ED25519_PUBLIC_KEY_LEN {
        return const_hex::decode(text).ok().filter(raw);
    }
    let bytes = dense(text)?;
    // Some APIs answer with the base64 of a PEM file.
    if bytes.starts_with(b"-----BEGIN PUBLIC KEY-----") {
        return pem(&bytes, "PUBLIC KEY");
    }
    // A SubjectPublicKeyInfo is a sequence.
    let allowed = |bytes: &Vec<u8>| (is_ed25519 && raw(bytes)) || bytes.first() == Some(&SEQUENCE);
    Some(bytes).filter(allowed)
}

/// The first section of this text, if it has this label. Line breaks may be missing or written as `\n`: so keys come
/// out of JSON and environment variables.
fn pem(text: &[u8], label: &str) -> Option<Vec<u8>> {
    let rest = text.strip_prefix(format!("-----BEGIN {label}-----").as_bytes())?;
    let end = format!("-----END {label}-----");
    let length = rest.windows(end.len()).position(|window| window == end.as_bytes())?;
    dense(rest.get(..length)?)
}

/// Base64 with line breaks in it.
fn dense(text: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8(text.to_vec()).ok()?.replace("\\n", "");
    let text: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    STANDARD_PAD_INDIFFERENT.decode(text).ok()
}

/// Tags of DER.
const INTEGER: u8 = 0x02;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// The SubjectPublicKeyInfo of an X.509 certificate.
fn public_key_info(certificate: &[u8]) -> Option<&[u8]> {
    let (certificate, _) = element(SEQUENCE, certificate)?;
    let (mut fields, _) = element(SEQUENCE, certificate.contents)?;
    // Version 1 is not written down.
    if let Some((_, rest)) = element(VERSION, fields.contents) {
        fields.contents = rest;
    }
    // Serial number, algorithm, issuer, validity, subject.
    for tag in [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] {
        (_, fields.contents) = element(tag, fields.contents)?;
    }
    element(SEQUENCE, fields.contents).map(|(key, _)| key.whole)
}

struct Element<'a> {
    whole: &'a [u8],
    contents: &'a [u8],
}

/// The first element of `input`, which must have this tag, and what follows it.
fn element(tag: u8, input: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (header, length) = match *input {
        [first, length @ ..=0x7f, ..] if first == tag => (2, usize::from(length)),
        [first, 0x81, length, ..] if first == tag => (3, usize::from(length)),
        [first, 0x82, high, low, ..] if first == tag => (4, usize::from(u16::from_be_bytes([high, low]))),
        _ => return None,
    };
    let (whole, rest) = input.split_at_checked(header + length)?;
    Some((Element { whole, contents: whole.get(header..)? }, rest))
}
