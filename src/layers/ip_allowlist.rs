//! Turns away whoever is not on the list, before a byte of the body is read.
//!
//! * **Needs** any body, and a [`ClientIp`] in the request's extensions: put
//!   [`ClientIpLayer`](crate::ClientIpLayer) above.
//! * **Yields** nothing.
//! * **Rejects with** [`IpNotAllowed`](RejectionKind::IpNotAllowed) (403), or
//!   [`PeerUnknown`](RejectionKind::PeerUnknown) (500) when there is no `ClientIp`.
//!
//! Providers change their addresses: keep the [`handle`](IpAllowlistLayer::handle) and replace the list while requests
//! are served. Leave your own proxies off the list: a request whose chain cannot be read counts as theirs.
//!
//! # Example
//!
//! ```
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use std::convert::Infallible;
//! use tower::{ServiceBuilder, ServiceExt};
//! use tower_webhook::{ClientIpLayer, IpAllowlistLayer, IpSet, PeerAddr};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let allowlist = IpAllowlistLayer::new(IpSet::parse(["192.0.2.0/24", "2001:db8::/32"])?);
//! let handle = allowlist.handle();
//! let service = ServiceBuilder::new()
//!     .layer(ClientIpLayer::new())
//!     .layer(allowlist)
//!     .service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Bytes::from("thanks"))));
//!
//! let deliver = |peer: [u8; 4]| {
//!     let mut request = Request::post("/").body(()).unwrap();
//!     request.extensions_mut().insert(PeerAddr::new(peer.into()));
//!     service.clone().oneshot(request)
//! };
//! assert_eq!(deliver([192, 0, 2, 1]).await?.status(), 200);
//! assert_eq!(deliver([203, 0, 113, 1]).await?.status(), 403);
//!
//! handle.reload(["203.0.113.0/24"])?;
//! assert_eq!(deliver([203, 0, 113, 1]).await?.status(), 200);
//! // A list that cannot be read changes nothing.
//! assert!(handle.reload(["203.0.113.0/240"]).is_err());
//! assert_eq!(deliver([203, 0, 113, 1]).await?.status(), 200);
//! # Ok(())
//! # }
//! ```

use super::future::ResponseFuture;
use super::respond::respond;
use crate::{
    error::ConfigError,
    net::{ClientIp, IpSet},
    observe::{self, Started},
    rejection::{ProblemJson, Rejection, RejectionKind, Reported, ResponseForRejection},
};
use arc_swap::ArcSwap;
use http::{Extensions, Request, Response};
use std::{
    sync::Arc,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;

const ADVICE: &str = "no `ClientIp` reached `IpAllowlistLayer`: put `ClientIpLayer` above it";

/// Calls on only for clients on the list. See the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct IpAllowlistLayer<R = ProblemJson> {
    list: IpAllowlistHandle,
    enabled: bool,
    report_only: bool,
    hook: R,
}

impl IpAllowlistLayer {
    /// Allows these addresses, and no others.
    pub fn new(allowed: IpSet) -> Self {
        Self::optional(Some(allowed))
    }

    /// Without a list, everybody passes.
    pub(crate) fn optional(allowed: Option<IpSet>) -> Self {
        let enabled = allowed.is_some();
        let current = Arc::new(ArcSwap::from_pointee(allowed.unwrap_or_else(IpSet::nothing)));
        Self { list: IpAllowlistHandle { current }, enabled, report_only: false, hook: ProblemJson }
    }
}

impl<R> IpAllowlistLayer<R> {
    /// Replaces the list of this layer, its clones and all their services while they serve.
    #[must_use]
    pub fn handle(&self) -> IpAllowlistHandle {
        self.list.clone()
    }

    pub(crate) fn handle_if_enabled(&self) -> Option<IpAllowlistHandle> {
        self.enabled.then(|| self.handle())
    }

    /// Turns nobody away: whoever is not on the list passes, with a [`Reported`] in the request's extensions.
    ///
    /// For trying out a list before it counts. Until then *anyone on the internet* gets past this layer.
    pub fn insecure_report_only(self) -> Self {
        observe::warning("insecure_report_only", "is set on an `IpAllowlistLayer`: every address passes");
        self.reporting_only()
    }

    /// The same, for whoever has given the warning already.
    pub(crate) fn reporting_only(mut self) -> Self {
        self.report_only = true;
        self
    }

    /// Builds the response for whoever is turned away.
    pub fn with_rejection_response<T>(self, hook: T) -> IpAllowlistLayer<T> {
        IpAllowlistLayer { list: self.list, enabled: self.enabled, report_only: self.report_only, hook }
    }
}

impl<S, R: Clone> Layer<S> for IpAllowlistLayer<R> {
    type Service = IpAllowlist<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        IpAllowlist {
            inner,
            list: self.list.clone(),
            enabled: self.enabled,
            report_only: self.report_only,
            hook: self.hook.clone(),
        }
    }
}

/// Replaces the list of an [`IpAllowlistLayer`] while requests are served.
///
/// A request sees the old list or the new one, never a mixture, and never waits for the change.
#[derive(Clone, Debug)]
pub struct IpAllowlistHandle {
    current: Arc<ArcSwap<IpSet>>,
}

impl IpAllowlistHandle {
    /// The list as it is now.
    #[must_use]
    pub fn current(&self) -> IpSet {
        IpSet::clone(&self.current.load())
    }

    /// From now on allows these addresses, and no others.
    pub fn replace(&self, allowed: IpSet) {
        self.current.store(Arc::new(allowed));
    }

    /// Like [`replace`](Self::replace), from text as [`IpSet::parse`] reads it.
    ///
    /// # Errors
    ///
    /// When the list is empty or an entry cannot be read. The old list then stays.
    pub fn reload(&self, entries: impl IntoIterator<Item = impl AsRef<str>>) -> Result<(), ConfigError> {
        self.replace(IpSet::parse(entries)?);
        Ok(())
    }

    fn judge(&self, extensions: &Extensions) -> Result<(), Rejection> {
        match extensions.get::<ClientIp>() {
            Some(client) if self.current.load().contains(client.ip()) => Ok(()),
            Some(_) => Err(Rejection::new(RejectionKind::IpNotAllowed)),
            None => Err(Rejection::new(RejectionKind::PeerUnknown).hint(ADVICE)),
        }
    }
}

/// The service of [`IpAllowlistLayer`].
#[derive(Clone, Debug)]
pub struct IpAllowlist<S, R = ProblemJson> {
    inner: S,
    list: IpAllowlistHandle,
    enabled: bool,
    report_only: bool,
    hook: R,
}

impl<S, R, B, ResBody> Service<Request<B>> for IpAllowlist<S, R>
where
    S: Service<Request<B>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if self.enabled
            && let Err(rejection) = self.list.judge(request.extensions())
        {
            observe::rejected(&rejection, None, request.extensions(), Started::unknown());
            if !self.report_only {
                return ResponseFuture::rejected(respond(&self.hook, rejection));
            }
            Reported::add(request.extensions_mut(), rejection);
        }
        ResponseFuture::called(self.inner.call(request))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;
    use std::net::IpAddr;

    fn kind(list: &IpAllowlistHandle, client: Option<[u8; 4]>) -> Option<RejectionKind> {
        let mut extensions = Extensions::new();
        if let Some(client) = client {
            extensions.insert(ClientIp::new(IpAddr::from(client)));
        }
        list.judge(&extensions).err().map(|rejection| rejection.kind())
    }

    #[test]
    fn the_list_decides_and_an_unknown_client_never_passes() {
        let list = IpAllowlistLayer::new(IpSet::parse(["192.0.2.0/24"]).unwrap()).handle();
        assert_eq!(kind(&list, Some([192, 0, 2, 1])), None);
        assert_eq!(kind(&list, Some([192, 0, 3, 1])), Some(RejectionKind::IpNotAllowed));
        assert_eq!(kind(&list, None), Some(RejectionKind::PeerUnknown));
        list.reload(["0.0.0.0/0", "::/0"]).unwrap();
        assert_eq!(kind(&list, None), Some(RejectionKind::PeerUnknown));
    }

    #[test]
    fn a_failing_reload_keeps_the_old_list() {
        let layer = IpAllowlistLayer::new(IpSet::parse(["192.0.2.0/24"]).unwrap());
        let before = layer.handle().current();
        assert!(layer.handle().reload(["10.0.0.0/8", "nonsense"]).is_err());
        assert!(layer.handle().reload([""; 0]).is_err());
        assert_eq!(layer.handle().current(), before);
    }
}
