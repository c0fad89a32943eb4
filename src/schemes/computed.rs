//! What a scheme signs in place of what it received: digests, sorted parameters, parts put together in its own way.

use super::{
    SchemeError, SchemeErrorKind,
    form::{self, Pair},
    recipe::Recipe,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::request::Parts;
use sha2::{Digest, Sha256};
use std::{borrow::Cow, fmt};

/// A part of the signed content that is made from the request.
#[derive(Clone, Copy)]
pub(crate) struct Computed {
    /// As in the template, without the braces.
    pub(crate) name: &'static str,
    /// Whether any other body would give another value.
    pub(crate) covers_body: bool,
    /// Whether its value shows where it ends.
    pub(crate) is_bounded: bool,
    pub(crate) compute: for<'a> fn(Delivery<'a>) -> Result<Cow<'a, [u8]>, SchemeError>,
}

/// What it is made from.
#[derive(Clone, Copy)]
pub(crate) struct Delivery<'a> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) head: &'a Parts,
    /// In the form that is signed.
    pub(crate) payload: &'a [u8],
}

/// The URL in a form of a provider's own.
#[derive(Clone, Copy)]
pub(crate) struct UrlForm {
    /// As in the template, without the braces.
    pub(crate) name: &'static str,
    /// `None` where the URL has no such form.
    pub(crate) write: for<'a> fn(&'a str) -> Option<Cow<'a, str>>,
}

impl PartialEq for UrlForm {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for UrlForm {}

impl fmt::Debug for UrlForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Computed {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Computed {}

impl fmt::Debug for Computed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Those that a template may name.
pub(crate) const NAMED: [Computed; 3] = [BODY_SHA256_BASE64, BODY_SHA256_HEX, SORTED_FORM];

const BODY_SHA256_BASE64: Computed = Computed {
    name: "body_sha256_base64",
    covers_body: true,
    is_bounded: true,
    compute: |delivery| Ok(STANDARD.encode(Sha256::digest(delivery.payload)).into_bytes().into()),
};

const BODY_SHA256_HEX: Computed = Computed {
    name: "body_sha256_hex",
    covers_body: true,
    is_bounded: true,
    compute: |delivery| Ok(const_hex::encode(Sha256::digest(delivery.payload)).into_bytes().into()),
};

/// The decoded parameters of a form body, sorted by name, then value; each name right before its value.
pub(crate) const SORTED_FORM: Computed = Computed {
    name: "sorted_form",
    covers_body: true,
    is_bounded: false,
    compute: |delivery| {
        let mut pairs = form::pairs(delivery.payload)?;
        pairs.sort_unstable();
        Ok(concatenated(&pairs).into())
    },
};

/// Each name right before its value, with nothing in between.
pub(crate) fn concatenated(pairs: &[Pair<'_>]) -> Vec<u8> {
    pairs.iter().flat_map(|(name, value)| [&**name, &**value]).collect::<Vec<_>>().concat()
}

pub(crate) fn payload_malformed(hint: impl Into<Cow<'static, str>>) -> SchemeError {
    SchemeError::new(SchemeErrorKind::PayloadMalformed).hint(hint)
}
