//! Finds out who is really calling.
//!
//! * **Needs** any body, and the peer's address in the request's extensions: [`PeerAddr`], axum's
//!   `ConnectInfo<SocketAddr>` (feature `axum`) or tonic's connect info (feature `tonic`), asked for in this order.
//! * **Yields** a [`ClientIp`] in the request's extensions.
//! * **Rejects with** [`PeerUnknown`](RejectionKind::PeerUnknown) (500) when there is no peer address, and says in the
//!   log what to add.
//!
//! Without [`trusted_proxies`](ClientIpLayer::trusted_proxies) the client is the peer, whatever any header says. Behind
//! a proxy that makes the proxy the client, so name your proxies.
//!
//! # Example
//!
//! ```
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use std::{convert::Infallible, net::SocketAddr};
//! use tower::{ServiceBuilder, ServiceExt};
//! use tower_webhook::{ClientIp, ClientIpLayer, PeerAddr, ProxyHeader};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let service = ServiceBuilder::new()
//!     .layer(ClientIpLayer::new().trusted_proxies(["10.0.0.0/8"], ProxyHeader::XForwardedFor)?)
//!     .service_fn(async |request: Request<()>| {
//!         let client = request.extensions().get::<ClientIp>().unwrap().to_string();
//!         Ok::<_, Infallible>(Response::new(Bytes::from(client)))
//!     });
//!
//! // Where the connection is accepted, for example in a hyper service:
//! let peer: SocketAddr = "10.0.0.1:52044".parse()?;
//! let mut request = Request::post("/").header("x-forwarded-for", "192.0.2.1").body(())?;
//! request.extensions_mut().insert(PeerAddr::from(peer));
//! let response = service.clone().oneshot(request).await?;
//! assert_eq!(response.into_body(), "192.0.2.1");
//!
//! // A service that was not wired to know its peers answers 500.
//! let response = service.oneshot(Request::post("/").body(())?).await?;
//! assert_eq!(response.status(), 500);
//! # Ok(())
//! # }
//! ```

use super::future::ResponseFuture;
use super::respond::respond;
use crate::{
    error::ConfigError,
    layers::audit::Trail,
    net::{ClientIp, PeerAddr, ProxyHeader, TrustedProxies},
    observe::{self, Started},
    rejection::{ProblemJson, Rejection, RejectionKind, ResponseForRejection},
};
use http::{Extensions, HeaderMap, Request, Response};
use std::{
    fmt,
    net::IpAddr,
    sync::Arc,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;

const ADVICE: &str = "no peer address reached `ClientIpLayer`: serve an axum router with \
    `into_make_service_with_connect_info::<SocketAddr>()`, or put a `PeerAddr` into the request's extensions where the \
    connection is accepted, or tell `with_peer` where to look (features `axum` and `tonic` read those hosts' own types)";

/// Puts a [`ClientIp`] into the request's extensions. See the [module](self).
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ClientIpLayer<R = ProblemJson> {
    resolver: Arc<Resolver>,
    hook: R,
}

impl ClientIpLayer {
    /// The client is the peer. No header is believed.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<R> ClientIpLayer<R> {
    /// Believes `header` when the peer is one of these proxies. Replaces what an earlier call said.
    ///
    /// `addresses` are prefixes or single addresses, as in [`IpSet::parse`](crate::IpSet::parse). List only proxies
    /// that set or append to `header` on *every* request; how it is read is described at
    /// [`TrustedProxies::client_ip`].
    ///
    /// # Errors
    ///
    /// When an entry cannot be read, there is none, or they cover all of IPv4 or IPv6.
    pub fn trusted_proxies(
        mut self,
        addresses: impl IntoIterator<Item = impl AsRef<str>>,
        header: ProxyHeader,
    ) -> Result<Self, ConfigError> {
        self.resolver_mut().proxies = Some(TrustedProxies::new(addresses, header)?);
        Ok(self)
    }

    /// Asks `peer` for the address at the other end of the connection, instead of the types known here.
    ///
    /// For hosts with a type of their own, and for Unix sockets, whose peer may stand in as `127.0.0.1`. It is never
    /// shown the headers, which the sender writes.
    pub fn with_peer(mut self, peer: impl Fn(&Extensions) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        self.resolver_mut().peer = Some(Arc::new(peer));
        self
    }

    /// Lets a request pass without a [`ClientIp`] when its peer is unknown.
    ///
    /// An [`IpAllowlist`](crate::IpAllowlist) further in turns it away still.
    pub fn optional(mut self) -> Self {
        self.resolver_mut().optional = true;
        self
    }

    /// Builds the response when the peer is unknown.
    pub fn with_rejection_response<T>(self, hook: T) -> ClientIpLayer<T> {
        ClientIpLayer { resolver: self.resolver, hook }
    }

    /// Who sends a request with these headers and extensions. `None` only when [`optional`](Self::optional).
    ///
    /// # Errors
    ///
    /// [`PeerUnknown`](RejectionKind::PeerUnknown) when there is no peer address.
    pub fn resolve(&self, headers: &HeaderMap, extensions: &Extensions) -> Result<Option<ClientIp>, Rejection> {
        self.resolver.resolve(headers, extensions)
    }

    fn resolver_mut(&mut self) -> &mut Resolver {
        Arc::make_mut(&mut self.resolver)
    }
}

impl<S, R: Clone> Layer<S> for ClientIpLayer<R> {
    type Service = ResolveClientIp<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        ResolveClientIp { inner, resolver: Arc::clone(&self.resolver), hook: self.hook.clone() }
    }
}

/// The service of [`ClientIpLayer`].
#[derive(Clone, Debug)]
pub struct ResolveClientIp<S, R = ProblemJson> {
    inner: S,
    resolver: Arc<Resolver>,
    hook: R,
}

impl<S, R, B, ResBody> Service<Request<B>> for ResolveClientIp<S, R>
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
        match self.resolver.resolve(request.headers(), request.extensions()) {
            Ok(client) => {
                if let Some(client) = client {
                    Trail::note_client_ip(request.extensions(), client);
                    request.extensions_mut().insert(client);
                }
                ResponseFuture::called(self.inner.call(request))
            }
            Err(rejection) => {
                observe::rejected(&rejection, None, request.extensions(), Started::unknown());
                ResponseFuture::rejected(respond(&self.hook, rejection))
            }
        }
    }
}

type PeerLookup = dyn Fn(&Extensions) -> Option<IpAddr> + Send + Sync;

#[derive(Clone, Default)]
struct Resolver {
    peer: Option<Arc<PeerLookup>>,
    proxies: Option<TrustedProxies>,
    optional: bool,
}

impl Resolver {
    fn resolve(&self, headers: &HeaderMap, extensions: &Extensions) -> Result<Option<ClientIp>, Rejection> {
        let peer = match &self.peer {
            Some(peer) => peer(extensions),
            None => peer_of(extensions),
        };
        match (peer, &self.proxies) {
            (Some(peer), Some(proxies)) => Ok(Some(proxies.client_ip(headers, peer))),
            (Some(peer), None) => Ok(Some(ClientIp::new(peer))),
            (None, _) if self.optional => Ok(None),
            (None, _) => Err(Rejection::new(RejectionKind::PeerUnknown).hint(ADVICE)),
        }
    }
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver")
            .field("own_peer_lookup", &self.peer.is_some())
            .field("proxies", &self.proxies)
            .field("optional", &self.optional)
            .finish()
    }
}

/// The address at the other end of the connection, from whichever type the host left in the extensions.
fn peer_of(extensions: &Extensions) -> Option<IpAddr> {
    if let Some(peer) = extensions.get::<PeerAddr>() {
        return Some(peer.ip());
    }
    #[cfg(feature = "axum")]
    {
        use axum::extract::connect_info::{ConnectInfo, MockConnectInfo};
        use std::net::SocketAddr;
        if let Some(ConnectInfo(peer)) = extensions.get::<ConnectInfo<SocketAddr>>() {
            return Some(peer.ip());
        }
        // What axum's own extractor falls back to, in tests.
        if let Some(MockConnectInfo(peer)) = extensions.get::<MockConnectInfo<SocketAddr>>() {
            return Some(peer.ip());
        }
    }
    #[cfg(feature = "tonic")]
    {
        if let Some(info) = extensions.get::<tonic::transport::server::TcpConnectInfo>() {
            return info.remote_addr().map(|peer| peer.ip());
        }
        // Behind tonic's TLS the type can be named only with TLS compiled in, but tonic itself can look.
        let mut request = tonic::Request::new(());
        request.extensions_mut().clone_from(extensions);
        if let Some(peer) = request.remote_addr() {
            return Some(peer.ip());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    fn peer(ip: &str) -> Extensions {
        let mut extensions = Extensions::new();
        extensions.insert(PeerAddr::new(ip.parse().unwrap()));
        extensions
    }

    fn resolved(layer: &ClientIpLayer, headers: &HeaderMap, extensions: &Extensions) -> String {
        layer.resolve(headers, extensions).unwrap().unwrap().to_string()
    }

    #[test]
    fn no_header_is_believed_by_default() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "192.0.2.1".parse().unwrap());
        assert_eq!(resolved(&ClientIpLayer::new(), &headers, &peer("127.0.0.1")), "127.0.0.1");
        assert_eq!(resolved(&ClientIpLayer::new(), &headers, &peer("::ffff:127.0.0.1")), "127.0.0.1");
    }

    #[test]
    fn only_a_trusted_peer_is_believed() {
        let layer = ClientIpLayer::new().trusted_proxies(["10.0.0.0/8"], ProxyHeader::XForwardedFor).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "192.0.2.1".parse().unwrap());
        assert_eq!(resolved(&layer, &headers, &peer("::ffff:10.0.0.1")), "192.0.2.1");
        assert_eq!(resolved(&layer, &headers, &peer("11.0.0.1")), "11.0.0.1");
    }

    #[test]
    fn without_a_peer_the_answer_says_what_to_add() {
        let rejection = ClientIpLayer::new().resolve(&HeaderMap::new(), &Extensions::new()).unwrap_err();
        assert_eq!(rejection.kind(), RejectionKind::PeerUnknown);
        let hint = rejection.private_hint().unwrap();
        assert!(hint.contains("into_make_service_with_connect_info") && hint.contains("`PeerAddr`"), "{hint}");
        let optional = ClientIpLayer::new().optional();
        assert_eq!(optional.resolve(&HeaderMap::new(), &Extensions::new()).unwrap(), None);
    }

    #[test]
    fn an_own_look_up_replaces_the_usual_one() {
        let layer = ClientIpLayer::new().with_peer(|extensions| extensions.get::<IpAddr>().copied());
        let mut extensions = peer("192.0.2.1");
        assert!(layer.resolve(&HeaderMap::new(), &extensions).is_err());
        extensions.insert(IpAddr::from([127, 0, 0, 1]));
        assert_eq!(resolved(&layer, &HeaderMap::new(), &extensions), "127.0.0.1");
    }

    #[cfg(feature = "axum")]
    #[test]
    fn axum_says_who_the_peer_is() {
        use axum::extract::connect_info::{ConnectInfo, MockConnectInfo};
        use std::net::SocketAddr;
        let mut extensions = Extensions::new();
        extensions.insert(MockConnectInfo(SocketAddr::from(([192, 0, 2, 1], 80))));
        assert_eq!(resolved(&ClientIpLayer::new(), &HeaderMap::new(), &extensions), "192.0.2.1");
        extensions.insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 2], 80))));
        assert_eq!(resolved(&ClientIpLayer::new(), &HeaderMap::new(), &extensions), "192.0.2.2");
        extensions.insert(PeerAddr::new(IpAddr::from([192, 0, 2, 3])));
        assert_eq!(resolved(&ClientIpLayer::new(), &HeaderMap::new(), &extensions), "192.0.2.3");
    }

    #[cfg(feature = "tonic")]
    #[test]
    fn tonic_says_who_the_peer_is() {
        use tonic::transport::server::TcpConnectInfo;
        let mut extensions = Extensions::new();
        extensions.insert(TcpConnectInfo { local_addr: None, remote_addr: Some(([192, 0, 2, 1], 80).into()) });
        assert_eq!(resolved(&ClientIpLayer::new(), &HeaderMap::new(), &extensions), "192.0.2.1");
        extensions.insert(TcpConnectInfo { local_addr: None, remote_addr: None });
        assert!(ClientIpLayer::new().resolve(&HeaderMap::new(), &extensions).is_err());
    }
}
