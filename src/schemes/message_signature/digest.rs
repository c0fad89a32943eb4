//! Digests of the content (RFC 9530).

use super::{
    base::Covered,
    fields::{Member, required_dictionary},
};
use crate::schemes::{SchemeError, SchemeErrorKind, read::malformed};
use aws_lc_rs::digest::{Algorithm, SHA256, SHA512, digest};
use http::request::Parts;
use sfv::BareItem;
use subtle::ConstantTimeEq;

pub(super) const CONTENT_DIGEST: &str = "content-digest";

/// Those that nobody can find a second content for. The others of the registry count for nothing.
fn algorithm(name: &str) -> Option<&'static Algorithm> {
    match name {
        "sha-256" => Some(&SHA256),
        "sha-512" => Some(&SHA512),
        _ => None,
    }
}

impl Covered {
    /// Whether a digest is covered that says something about the content.
    pub(super) fn covers_content(&self) -> bool {
        self.components.iter().filter(|component| component.name == CONTENT_DIGEST).any(|component| {
            match component.parameters.value("key").map(BareItem::as_string) {
                None => true,
                Some(key) => key.is_some_and(|key| algorithm(key.as_str()).is_some()),
            }
        })
    }
}

/// Whether there is a digest that says something about the content, of the right form.
pub(super) fn read(head: &Parts) -> Result<Vec<(&'static Algorithm, Vec<u8>)>, SchemeError> {
    let mut digests = Vec::new();
    for (name, member) in required_dictionary(head, CONTENT_DIGEST)? {
        let Some(algorithm) = algorithm(name.as_str()) else { continue };
        match member {
            Member::Item(BareItem::ByteSequence(bytes), _) if bytes.len() == algorithm.output_len() => {
                digests.push((algorithm, bytes));
            }
            _ => return Err(malformed(CONTENT_DIGEST, "holds a digest of the wrong length or form")),
        }
    }
    if digests.is_empty() {
        return Err(malformed(CONTENT_DIGEST, "holds neither `sha-256` nor `sha-512`"));
    }
    Ok(digests)
}

/// All digests that are known have to be those of the content.
pub(super) fn check(head: &Parts, payload: &[u8]) -> Result<(), SchemeError> {
    for (algorithm, said) in read(head)? {
        if !bool::from(digest(algorithm, payload).as_ref().ct_eq(&said)) {
            return Err(SchemeError::new(SchemeErrorKind::Mismatch).hint("`content-digest` is not that of the body"));
        }
    }
    Ok(())
}
