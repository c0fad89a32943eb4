//! Verified events that nobody verified.

use crate::{
    event::{FoundFields, Inner, SchemeName, VerifiedEvent},
    net::ClientIp,
    schemes::{Field, Verification},
    secrets::Tenant,
    time::UnixTime,
};
use bytes::Bytes;
use std::{net::IpAddr, sync::Arc};

/// Builds a [`VerifiedEvent`] for the tests of a handler.
///
/// ```
/// use tower_webhook::testing::EventBuilder;
///
/// let event = EventBuilder::new("stripe", r#"{"id":"evt_1"}"#).id("evt_1").kind("invoice.paid").build();
/// assert_eq!(event.kind(), Some("invoice.paid"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct EventBuilder {
    scheme: Arc<str>,
    payload: Bytes,
    verification: Verification,
    tenant: Option<Arc<Tenant>>,
    received_at: UnixTime,
    client_ip: Option<ClientIp>,
}

impl EventBuilder {
    /// A delivery of this scheme with this payload, received at the start of 1970.
    pub fn new(scheme: impl Into<Arc<str>>, payload: impl Into<Bytes>) -> Self {
        Self {
            scheme: scheme.into(),
            payload: payload.into(),
            verification: Verification::new("current"),
            tenant: None,
            received_at: UnixTime::from_seconds(0),
            client_ip: None,
        }
    }

    /// With a signed id.
    pub fn id(mut self, id: impl Into<Arc<str>>) -> Self {
        self.verification = self.verification.id(Field::signed(id));
        self
    }

    /// With a signed type.
    pub fn kind(mut self, kind: impl Into<Arc<str>>) -> Self {
        self.verification = self.verification.kind(Field::signed(kind));
        self
    }

    /// With a signed time.
    pub fn timestamp(mut self, timestamp: UnixTime) -> Self {
        self.verification = self.verification.timestamp(timestamp);
        self
    }

    /// Of a tenant.
    pub fn tenant(mut self, tenant: Tenant) -> Self {
        self.tenant = Some(Arc::new(tenant));
        self
    }

    /// Received at this time.
    pub const fn received_at(mut self, time: UnixTime) -> Self {
        self.received_at = time;
        self
    }

    /// Delivered from this address.
    pub const fn client_ip(mut self, ip: IpAddr) -> Self {
        self.client_ip = Some(ClientIp::new(ip));
        self
    }

    /// The event.
    #[must_use]
    pub fn build(self) -> VerifiedEvent {
        VerifiedEvent::new(Inner {
            scheme: Arc::new(SchemeName::new(&self.scheme)),
            tenant: self.tenant,
            verification: self.verification,
            found: FoundFields::default(),
            received_at: self.received_at,
            client_ip: self.client_ip,
            payload: self.payload,
            reported: None,
        })
    }
}
