//! The typed extension that proves a signature was checked.

use crate::{
    net::ClientIp,
    rejection::Rejection,
    schemes::{Field, FieldSource, ReplayMaterial, Verification, form, json, mac::Tag},
    secrets::{Tenant, TenantId},
    time::UnixTime,
};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::{
    fmt,
    net::IpAddr,
    sync::{Arc, OnceLock},
};

/// A delivery whose signature was checked.
///
/// It has no public constructor: holding one is the proof. Found in the request's extensions, in the
/// [`Payload`](crate::Payload), and (feature `axum`) as an extractor. Cloning it copies a pointer.
#[derive(Clone)]
pub struct VerifiedEvent {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) scheme: Arc<SchemeName>,
    pub(crate) tenant: Option<Arc<Tenant>>,
    pub(crate) verification: Verification,
    pub(crate) found: FoundFields,
    pub(crate) received_at: UnixTime,
    pub(crate) client_ip: Option<ClientIp>,
    pub(crate) payload: Bytes,
    /// Boxed: hardly any event has one.
    pub(crate) reported: Option<Box<Rejection>>,
}

impl VerifiedEvent {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// The name of the scheme that verified it.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.inner.scheme.as_str()
    }

    #[cfg(feature = "layers")]
    pub(crate) fn shared_scheme(&self) -> &Arc<str> {
        self.inner.scheme.shared()
    }

    /// Whose keys matched, where keys belong to tenants.
    #[must_use]
    pub fn tenant(&self) -> Option<&Tenant> {
        self.inner.tenant.as_deref()
    }

    /// The id of the key that matched: `current`, unless you gave ids or rotated.
    #[must_use]
    pub fn key_id(&self) -> &str {
        self.inner.verification.key_id()
    }

    /// The sender's id of the event, if the scheme names a place for it and it is there.
    ///
    /// Ask [`id_is_signed`](Self::id_is_signed) before you trust it with anything.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        let Inner { verification, found, payload, .. } = &*self.inner;
        value(verification.id.as_ref()?, &found.id, payload)
    }

    /// Whether the signature covers the id. GitHub's and Shopify's do not.
    #[must_use]
    pub fn id_is_signed(&self) -> bool {
        self.inner.verification.id.as_ref().is_some_and(|id| id.signed)
    }

    /// The sender's type of the event, such as `invoice.paid`.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        let Inner { verification, found, payload, .. } = &*self.inner;
        value(verification.kind.as_ref()?, &found.kind, payload)
    }

    /// Whether the signature covers the type.
    #[must_use]
    pub fn kind_is_signed(&self) -> bool {
        self.inner.verification.kind.as_ref().is_some_and(|kind| kind.signed)
    }

    /// The time the sender signed, for schemes that sign one.
    #[must_use]
    pub fn timestamp(&self) -> Option<UnixTime> {
        self.inner.verification.timestamp
    }

    /// When it was verified here.
    #[must_use]
    pub fn received_at(&self) -> UnixTime {
        self.inner.received_at
    }

    /// Who delivered it, where [`ClientIpLayer`](crate::ClientIpLayer) found out.
    #[must_use]
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.inner.client_ip.map(ClientIp::ip)
    }

    /// The bytes that were signed: the very allocation that was received.
    #[must_use]
    pub fn payload(&self) -> &Bytes {
        &self.inner.payload
    }

    /// What would have turned this request away, were verification not in report-only mode.
    ///
    /// `None` for every event that verified, so always `None` unless you called
    /// [`insecure_report_only`](crate::SignatureVerifyLayer::insecure_report_only).
    #[must_use]
    pub fn reported(&self) -> Option<&Rejection> {
        self.inner.reported.as_deref()
    }

    /// What tells this delivery from every other.
    ///
    /// Made of signed material only: the scheme, the tenant, and the signed id; where there is none, the signature;
    /// where that will not do, a digest of the payload. An unsigned id is no part of it, or a replay could have a new
    /// one each time.
    #[must_use]
    pub fn replay_key(&self) -> ReplayKey {
        let inner = &*self.inner;
        let signed_id = if self.id_is_signed() { self.id() } else { None };
        let delivery = match (signed_id, &inner.verification.replay_material) {
            (Some(id), _) => ReplayPart::of("id", id.as_bytes()),
            (None, Some(ReplayMaterial::Tag(tag))) => ReplayPart::of_tag(tag),
            (None, Some(ReplayMaterial::Given { bytes, length })) => {
                ReplayPart::of("material", bytes.get(..*length).unwrap_or(bytes))
            }
            (None, None) => ReplayPart::of("payload", &inner.payload),
        };
        // To make the key of another tenant's delivery, a sender would have to find content with a given tag, or an id
        // with a given digest: a preimage of HMAC, or of SHA-256.
        let key = inner.scheme.replay_part.joined(&delivery);
        let key = inner.tenant.as_deref().map_or(key, |tenant| key.joined(tenant.replay_part()));
        ReplayKey { digest: key.to_bytes() }
    }
}

/// A part of a replay key: 32 bytes that nobody can steer. The key is the exclusive or of its parts, so that those that
/// stay the same are computed once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplayPart([u64; 4]);

impl ReplayPart {
    /// A digest. `sort` keeps ids from being taken for payloads.
    fn of(sort: &str, value: &[u8]) -> Self {
        // No sort is the beginning of another one: no two pairs read the same. What is short fits one block.
        let digest: [u8; 32] = Sha256::new().chain_update(sort).chain_update(value).finalize().into();
        let (words, _) = digest.as_chunks();
        Self(std::array::from_fn(|index| u64::from_le_bytes(words[index])))
    }

    pub(crate) fn of_tenant(id: &TenantId) -> Self {
        Self::of("tenant", id.as_bytes())
    }

    /// A tag is a keyed hash already, and need not be hashed again. Its pieces of 16 bytes are laid over each other, so
    /// that no signature can be got back from the key: of each two bits of the shortest tag no more than one is left.
    fn of_tag(tag: &Tag) -> Self {
        let (bytes, length) = tag.into_parts();
        if length < 32 {
            return Self::of("tag", bytes.get(..length).unwrap_or(&bytes));
        }
        let (words, _) = bytes.as_chunks();
        let [first, second] = words.chunks_exact(2).fold([0; 2], |folded, piece| {
            std::array::from_fn(|index| folded[index] ^ u64::from_le_bytes(piece[index]))
        });
        // Both halves hold all of it, for whoever keeps no more than one of them.
        Self([first, second, second, first])
    }

    fn joined(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|index| self.0[index] ^ other.0[index]))
    }

    fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (place, word) in bytes.as_chunks_mut().0.iter_mut().zip(self.0) {
            *place = word.to_le_bytes();
        }
        bytes
    }
}

/// The name of a scheme, and its part of every replay key.
pub(crate) struct SchemeName {
    name: Arc<str>,
    replay_part: ReplayPart,
}

impl SchemeName {
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.into(), replay_part: ReplayPart::of("scheme", name.as_bytes()) }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.name
    }

    #[cfg(feature = "layers")]
    pub(crate) const fn shared(&self) -> &Arc<str> {
        &self.name
    }
}

impl fmt::Debug for VerifiedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedEvent")
            .field("scheme", &self.scheme())
            .field("tenant", &self.tenant().map(Tenant::id))
            .field("key_id", &self.key_id())
            .field("timestamp", &self.timestamp())
            .field("payload_length", &self.payload().len())
            .finish_non_exhaustive()
    }
}

/// Identifies one delivery, the same on every instance and after every restart: 32 bytes.
///
/// No signature can be computed from it. Where the signature is what tells deliveries apart, each half holds the same 128
/// bits of it: among ten million keys, a new one is there by chance once in 10³¹ times. A store may keep either half.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReplayKey {
    digest: [u8; 32],
}

impl ReplayKey {
    /// From bytes that were stored.
    #[must_use]
    pub const fn from_bytes(digest: [u8; 32]) -> Self {
        Self { digest }
    }

    /// The bytes, to be stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The same delivery, seen by another endpoint that shares the store.
    #[must_use]
    pub fn in_namespace(self, namespace: &str) -> Self {
        // The part of fixed length comes first, so that no two pairs read the same.
        Self { digest: Sha256::new().chain_update(self.digest).chain_update(namespace).finalize().into() }
    }
}

/// Lower-case hex, 64 characters.
impl fmt::Display for ReplayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&const_hex::encode(self.digest))
    }
}

impl fmt::Debug for ReplayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReplayKey({self})")
    }
}

/// What was found at the places in the payload that a verification names: looked up at most once.
#[derive(Default)]
pub(crate) struct FoundFields {
    id: FoundField,
    kind: FoundField,
}

type FoundField = OnceLock<Option<Box<str>>>;

fn value<'a>(field: &'a Field, found: &'a FoundField, payload: &[u8]) -> Option<&'a str> {
    let value = match &field.source {
        FieldSource::Value(value) => value,
        FieldSource::Header(value) => std::str::from_utf8(value.as_bytes()).ok()?,
        FieldSource::Payload(pointer) => {
            found.get_or_init(|| json::scalar(payload, pointer).map(Into::into)).as_deref()?
        }
        FieldSource::Form(name) => {
            let value =
                || form::unique(payload, name).ok().and_then(|value| str::from_utf8(&value).ok().map(Into::into));
            found.get_or_init(value).as_deref()?
        }
    };
    // An empty id would make every delivery that lacks one the same delivery.
    Some(value).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    fn part(tag: &[u8]) -> [u8; 32] {
        let mut made = Tag::EMPTY;
        let fill = |place: &mut [u8]| {
            place.copy_from_slice(tag);
            Some(())
        };
        made.fill(tag.len(), fill).unwrap();
        ReplayPart::of_tag(&made).to_bytes()
    }

    #[test]
    fn each_half_of_a_key_depends_on_all_of_the_tag() {
        for length in [32, 48, 64] {
            let tag: Vec<_> = (0..length).map(|index| index as u8).collect();
            let before = part(&tag);
            for index in 0..length {
                let mut tag = tag.clone();
                tag[index] ^= 0x80;
                let after = part(&tag);
                assert_ne!(before[..16], after[..16], "{index} of {length}");
                assert_ne!(before[16..], after[16..], "{index} of {length}");
            }
        }
    }

    #[test]
    fn a_key_belongs_to_many_tags_so_that_none_can_be_computed_from_it() {
        let tag: [u8; 32] = std::array::from_fn(|index| index as u8);
        for mask in 0..=255 {
            assert_eq!(part(&tag.map(|byte| byte ^ mask)), part(&tag));
        }
    }

    #[test]
    fn a_short_tag_is_hashed() {
        for length in [16, 20] {
            let tag = vec![7; length];
            assert_eq!(part(&tag), *Sha256::new().chain_update("tag").chain_update(&tag).finalize());
        }
    }
}
