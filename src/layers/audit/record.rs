//! What is known about one attempt.

use super::trail::Trail;
use crate::{
    event::VerifiedEvent,
    handshakes::AnsweredHandshake,
    layers::claim::is_success,
    rejection::{Rejection, RejectionKind},
    time::UnixTime,
};
use http::{Response, StatusCode};
use std::{net::IpAddr, sync::Arc, time::Duration};

/// One attempt to deliver something.
#[derive(Clone, Debug)]
pub struct AuditRecord {
    pub(super) at: UnixTime,
    pub(super) latency: Duration,
    pub(super) route: Option<Arc<str>>,
    pub(super) path: Box<str>,
    pub(super) outcome: Outcome,
    pub(super) status: Option<StatusCode>,
    pub(super) trail: Arc<Trail>,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// Dropped before there was an answer: the client went away, or the handler panicked.
    Abandoned,
    /// Verified, and the handler succeeded.
    Accepted,
    /// A challenge of the provider, answered without the handler.
    Answered(AnsweredHandshake),
    /// Verified, and the handler failed: an error, or a status (HTTP's or gRPC's) that is no success.
    HandlerFailed,
    /// Handled, in report-only mode alone: the first check that would have turned it away. The handler may have failed;
    /// see [`status`](AuditRecord::status).
    Reported(Rejection),
    /// Turned away, or (a duplicate) acknowledged without being handled.
    Rejected(Rejection),
    /// Nothing under this layer verified anything: a 404, another method.
    Unverified,
}

impl Outcome {
    pub(super) fn of<B>(response: &Response<B>, trail: &Trail) -> Self {
        if let Some(handshake) = response.extensions().get::<AnsweredHandshake>() {
            return Self::Answered(*handshake);
        }
        match (response.extensions().get::<Rejection>(), trail.reported()) {
            (Some(rejection), _) => Self::Rejected(rejection.clone()),
            (None, Some(rejection)) => Self::Reported(rejection.clone()),
            _ if trail.event().is_none() => Self::Unverified,
            _ if is_success(response) => Self::Accepted,
            _ => Self::HandlerFailed,
        }
    }

    /// A stable name: that of the [`RejectionKind`] for a rejection.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::Accepted => "accepted",
            Self::Answered(_) => "answered",
            Self::HandlerFailed => "handler_failed",
            Self::Reported(_) => "reported",
            Self::Rejected(rejection) => RejectionKind::code(rejection.kind()),
            Self::Unverified => "unverified",
        }
    }
}

impl AuditRecord {
    /// When the request arrived.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }

    /// From the arrival to the head of the response.
    #[must_use]
    pub const fn latency(&self) -> Duration {
        self.latency
    }

    /// The name of the route, as it was given to [`AuditLayer::route`](super::AuditLayer::route).
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        self.route.as_deref()
    }

    /// The path that was asked for, as the sender wrote it. The query is left out: tokens travel there.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How it ended.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// What the sender was answered; `None` if nothing was.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Who delivered it, as far as that was found out.
    #[must_use]
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.trail.client_ip().map(|client| client.ip())
    }

    /// What was verified, as far as it came to that. It holds the payload: a record that is kept keeps that too.
    #[must_use]
    pub fn event(&self) -> Option<&VerifiedEvent> {
        self.trail.event().filter(|event| event.reported().is_none())
    }

    /// The name of the scheme that was asked, also where it refused; `None` if it never came to that.
    #[must_use]
    pub fn scheme(&self) -> Option<&str> {
        self.shared_scheme().map(|scheme| &**scheme)
    }

    pub(crate) fn shared_scheme(&self) -> Option<&Arc<str>> {
        self.trail.scheme()
    }

    pub(crate) const fn shared_route(&self) -> Option<&Arc<str>> {
        self.route.as_ref()
    }

    /// The tenant that vouches for it, where keys belong to tenants.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.event().and_then(VerifiedEvent::tenant).map(|tenant| tenant.id().as_str())
    }

    /// The key that matched.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.event().map(VerifiedEvent::key_id)
    }

    /// The sender's id of the event. It may be of any length: the sender wrote it.
    #[must_use]
    pub fn event_id(&self) -> Option<&str> {
        self.event().and_then(VerifiedEvent::id)
    }

    /// The length of the body, if it was read to its end and looked at by a scheme.
    #[must_use]
    pub fn body_bytes(&self) -> Option<usize> {
        self.trail.body_bytes()
    }
}
