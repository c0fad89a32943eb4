//! What a scheme found out.

use super::mac;
use crate::time::UnixTime;
use std::{borrow::Cow, fmt, sync::Arc};

/// What a scheme found out about a request that verified.
#[derive(Clone, Debug)]
pub struct Verification {
    pub(crate) key_id: Arc<str>,
    pub(crate) timestamp: Option<UnixTime>,
    pub(crate) id: Option<Field>,
    pub(crate) kind: Option<Field>,
    pub(crate) replay_material: Option<ReplayMaterial>,
    pub(crate) repeats: bool,
}

impl Verification {
    /// The key with this id matched.
    pub fn new(key_id: impl Into<Arc<str>>) -> Self {
        Self { key_id: key_id.into(), timestamp: None, id: None, kind: None, replay_material: None, repeats: false }
    }

    /// The time that was signed.
    #[must_use]
    pub const fn timestamp(mut self, timestamp: UnixTime) -> Self {
        self.timestamp = Some(timestamp);
        self
    }

    /// Where the sender's id of the event stands.
    #[must_use]
    pub fn id(mut self, id: Field) -> Self {
        self.id = Some(id);
        self
    }

    /// Where the type of the event stands.
    #[must_use]
    pub fn kind(mut self, kind: Field) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Bytes that only a holder of the key could have made and that are the same for every copy of this delivery,
    /// such as the signature. At most 64 bytes count.
    ///
    /// Without them, and without a signed id, deliveries are told apart by a digest of the payload.
    #[must_use]
    pub fn replay_material(mut self, material: &[u8]) -> Self {
        self.replay_material = Some(ReplayMaterial::new(material));
        self
    }

    /// Genuine events may be equal in all that is signed, so that none can be told from a copy of another: each delivery
    /// is then taken for a new event, and nothing for a duplicate. Otherwise the second of two events would be lost.
    #[must_use]
    pub const fn insecure_repeating(mut self) -> Self {
        self.repeats = true;
        self
    }

    /// The id of the key that matched.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }
}

#[derive(Clone, Copy)]
pub(crate) enum ReplayMaterial {
    /// A computed tag, which nobody can choose: it spreads as evenly as a digest of it would.
    Tag(mac::Tag),
    /// Whatever a scheme gave: it may have structure, and a sender may have chosen it.
    Given { bytes: [u8; 64], length: usize },
}

impl ReplayMaterial {
    pub(crate) fn new(material: &[u8]) -> Self {
        let mut bytes = [0; 64];
        bytes.iter_mut().zip(material).for_each(|(place, byte)| *place = *byte);
        Self::Given { bytes, length: material.len().min(64) }
    }

    #[cfg(all(test, feature = "testing"))]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Tag(tag) => tag.as_bytes(),
            Self::Given { bytes, length } => &bytes[..*length],
        }
    }
}

impl From<mac::Tag> for ReplayMaterial {
    fn from(tag: mac::Tag) -> Self {
        Self::Tag(tag)
    }
}

impl fmt::Debug for ReplayMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplayMaterial { .. }")
    }
}

/// A field of a delivery: its id, its type.
#[derive(Clone, Debug)]
pub struct Field {
    pub(crate) source: FieldSource,
    pub(crate) signed: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum FieldSource {
    Value(Arc<str>),
    Header(http::HeaderValue),
    /// A JSON pointer into the payload. Followed when somebody asks: most handlers parse the body themselves.
    Payload(Cow<'static, str>),
    /// A parameter of a form payload.
    Form(Cow<'static, str>),
}

impl Field {
    /// A value that is covered by the signature.
    pub fn signed(value: impl Into<Arc<str>>) -> Self {
        Self { source: FieldSource::Value(value.into()), signed: true }
    }

    /// A value that anybody on the way could have changed.
    pub fn unsigned(value: impl Into<Arc<str>>) -> Self {
        Self { source: FieldSource::Value(value.into()), signed: false }
    }

    /// The value of a header, and whether the signature covers it.
    #[must_use]
    pub const fn header(value: http::HeaderValue, signed: bool) -> Self {
        Self { source: FieldSource::Header(value), signed }
    }

    /// The string or integer at this JSON pointer (RFC 6901) of the payload, and whether the signature covers it.
    pub fn payload(pointer: impl Into<Cow<'static, str>>, signed: bool) -> Self {
        Self { source: FieldSource::Payload(pointer.into()), signed }
    }

    /// The parameter with this name of a payload that is a form, and whether the signature covers it.
    pub fn form(name: impl Into<Cow<'static, str>>, signed: bool) -> Self {
        Self { source: FieldSource::Form(name.into()), signed }
    }
}
