//! The typed extension that proves a signature was checked.

use crate::{
    net::ClientIp,
    rejection::Rejection,
    schemes::{Field, FieldSource, ReplayMaterial, form, json},
    secrets::Tenant,
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
    pub(crate) scheme: Arc<str>,
    pub(crate) tenant: Option<Arc<Tenant>>,
    pub(crate) key_id: Arc<str>,
    pub(crate) id: EventField,
    pub(crate) kind: EventField,
    pub(crate) timestamp: Option<UnixTime>,
    pub(crate) received_at: UnixTime,
    pub(crate) client_ip: Option<ClientIp>,
    pub(crate) payload: Bytes,
    pub(crate) replay_material: Option<ReplayMaterial>,
    pub(crate) reported: Option<Rejection>,
}

impl VerifiedEvent {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// The name of the scheme that verified it.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.inner.scheme
    }

    /// Whose keys matched, where keys belong to tenants.
    #[must_use]
    pub fn tenant(&self) -> Option<&Tenant> {
        self.inner.tenant.as_deref()
    }

    /// The id of the key that matched: `current`, unless you gave ids or rotated.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.inner.key_id
    }

    /// The sender's id of the event, if the scheme names a place for it and it is there.
    ///
    /// Ask [`id_is_signed`](Self::id_is_signed) before you trust it with anything.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.inner.id.value(&self.inner.payload)
    }

    /// Whether the signature covers the id. GitHub's and Shopify's do not.
    #[must_use]
    pub fn id_is_signed(&self) -> bool {
        self.inner.id.is_signed()
    }

    /// The sender's type of the event, such as `invoice.paid`.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.inner.kind.value(&self.inner.payload)
    }

    /// Whether the signature covers the type.
    #[must_use]
    pub fn kind_is_signed(&self) -> bool {
        self.inner.kind.is_signed()
    }

    /// The time the sender signed, for schemes that sign one.
    #[must_use]
    pub fn timestamp(&self) -> Option<UnixTime> {
        self.inner.timestamp
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
        self.inner.reported.as_ref()
    }

    /// What tells this delivery from every other.
    ///
    /// Made of signed material only: the scheme, the tenant, and the signed id; where there is none, the signature;
    /// where that will not do, a digest of the payload. An unsigned id is no part of it, or a replay could have a new
    /// one each time.
    #[must_use]
    pub fn replay_key(&self) -> ReplayKey {
        let inner = &*self.inner;
        let mut hash = Sha256::new();
        absorb(&mut hash, inner.scheme.as_bytes());
        absorb(&mut hash, inner.tenant.as_deref().map_or(&[], |tenant| tenant.id().as_bytes()));
        let signed_id = if inner.id.is_signed() { self.id() } else { None };
        match (signed_id, &inner.replay_material) {
            (Some(id), _) => {
                absorb(&mut hash, b"id");
                absorb(&mut hash, id.as_bytes());
            }
            (None, Some(material)) => {
                absorb(&mut hash, b"signature");
                absorb(&mut hash, material.as_bytes());
            }
            (None, None) => {
                absorb(&mut hash, b"payload");
                absorb(&mut hash, &inner.payload);
            }
        }
        ReplayKey { digest: hash.finalize().into() }
    }
}

/// Length first, so that no two lists of parts read the same.
fn absorb(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_le_bytes());
    hash.update(part);
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

/// Identifies one delivery, the same on every instance and after every restart: a SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReplayKey {
    digest: [u8; 32],
}

impl ReplayKey {
    /// From a digest that was stored.
    #[must_use]
    pub const fn from_bytes(digest: [u8; 32]) -> Self {
        Self { digest }
    }

    /// The digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The same delivery, seen by another endpoint that shares the store.
    #[must_use]
    pub fn in_namespace(self, namespace: &str) -> Self {
        let mut hash = Sha256::new();
        absorb(&mut hash, namespace.as_bytes());
        hash.update(self.digest);
        Self { digest: hash.finalize().into() }
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

/// A [`Field`] whose place in the payload is looked up at most once.
pub(crate) struct EventField {
    field: Option<Field>,
    found: OnceLock<Option<Box<str>>>,
}

impl EventField {
    pub(crate) const fn new(field: Option<Field>) -> Self {
        Self { field, found: OnceLock::new() }
    }

    fn is_signed(&self) -> bool {
        self.field.as_ref().is_some_and(|field| field.signed)
    }

    fn value(&self, payload: &[u8]) -> Option<&str> {
        let value = match &self.field.as_ref()?.source {
            FieldSource::Value(value) => value,
            FieldSource::Header(value) => std::str::from_utf8(value.as_bytes()).ok()?,
            FieldSource::Payload(pointer) => {
                self.found.get_or_init(|| json::scalar(payload, pointer).map(Into::into)).as_deref()?
            }
            FieldSource::Form(name) => {
                let value =
                    || form::unique(payload, name).ok().and_then(|value| str::from_utf8(&value).ok().map(Into::into));
                self.found.get_or_init(value).as_deref()?
            }
        };
        // An empty id would make every delivery that lacks one the same delivery.
        Some(value).filter(|value| !value.is_empty())
    }
}
