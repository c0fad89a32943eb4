//! How the audit learns what the layers inside it find out.

use crate::{event::VerifiedEvent, net::ClientIp, rejection::Rejection};
use http::Extensions;
use std::sync::{Arc, OnceLock};

/// What the inner layers find out about a request, on its way to the audit outside of them.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    client_ip: OnceLock<ClientIp>,
    scheme: OnceLock<Arc<str>>,
    /// Of a body that a scheme refused.
    refused_bytes: OnceLock<usize>,
    event: OnceLock<VerifiedEvent>,
    reported: OnceLock<Rejection>,
}

impl Trail {
    fn of(extensions: &Extensions) -> Option<&Self> {
        extensions.get::<Arc<Self>>().map(|trail| &**trail)
    }

    pub(crate) fn note_client_ip(extensions: &Extensions, client: ClientIp) {
        if let Some(trail) = Self::of(extensions) {
            trail.set_client_ip(client);
        }
    }

    /// Where two layers resolve it, the outer one stands.
    pub(super) fn set_client_ip(&self, client: ClientIp) {
        let _ = self.client_ip.set(client);
    }

    /// The name is asked for only if somebody keeps it.
    pub(crate) fn note_scheme(extensions: &Extensions, name: impl FnOnce() -> Option<Arc<str>>) {
        if let Some(trail) = Self::of(extensions)
            && trail.scheme.get().is_none()
            && let Some(name) = name()
        {
            let _ = trail.scheme.set(name);
        }
    }

    pub(crate) fn note_refused(extensions: &Extensions, scheme: &Arc<str>, bytes: usize) {
        if let Some(trail) = Self::of(extensions) {
            let _ = trail.scheme.set(Arc::clone(scheme));
            let _ = trail.refused_bytes.set(bytes);
        }
    }

    pub(crate) fn note_event(extensions: &Extensions, event: &VerifiedEvent) {
        if let Some(trail) = Self::of(extensions) {
            let _ = trail.event.set(event.clone());
        }
    }

    pub(crate) fn note_reported(extensions: &Extensions, rejection: &Rejection) {
        if let Some(trail) = Self::of(extensions) {
            let _ = trail.reported.set(rejection.clone());
        }
    }

    pub(super) fn client_ip(&self) -> Option<&ClientIp> {
        self.client_ip.get()
    }

    pub(super) fn scheme(&self) -> Option<&Arc<str>> {
        self.event.get().map(VerifiedEvent::shared_scheme).or_else(|| self.scheme.get())
    }

    pub(super) fn body_bytes(&self) -> Option<usize> {
        self.event.get().map(|event| event.payload().len()).or_else(|| self.refused_bytes.get().copied())
    }

    /// Also one that nobody vouches for.
    pub(super) fn event(&self) -> Option<&VerifiedEvent> {
        self.event.get()
    }

    pub(super) fn reported(&self) -> Option<&Rejection> {
        self.reported.get()
    }
}
