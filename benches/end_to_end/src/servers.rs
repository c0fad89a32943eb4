//! The servers, each in a process of its own.

use crate::deliveries::{ACCEPTED, SECRET, key};
use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, Request as AxumRequest, State},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
    routing::post,
};
use bytes::Bytes;
use hmac::{Hmac, Mac};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use sha2::Sha256;
use std::{
    convert::Infallible,
    error::Error,
    future::{Ready, ready},
    io::Read,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::net::TcpListener;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_webhook::{
    BufferedBodyLayer, ClientIpLayer, Fresh, IpAllowlistLayer, IpSet, MemoryReplayStore, Monotonic, Payload, PeerAddr,
    Quota, RateLimitLayer, ReplayGuardLayer, ReplayKey, ReplayStore, Secret, SignatureVerifyLayer, VerifiedEvent,
    Verifier, WebhookLayer, schemes,
    stores::{Claim, ClaimRequest, ClaimToken, Settled, StoreError},
};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    AxumBare,
    AxumMac,
    AxumLayers,
    AxumWebhook,
    HyperBare,
    HyperLayers,
    Node,
    /// Throws the body away as it comes: what large bodies cost a host that does nothing with them.
    AxumDiscard,
}

impl Kind {
    pub const COMPARED: [Self; 7] = [
        Self::AxumBare,
        Self::AxumMac,
        Self::AxumLayers,
        Self::AxumWebhook,
        Self::HyperBare,
        Self::HyperLayers,
        Self::Node,
    ];
    const ALL: [Self; 8] = [
        Self::AxumBare,
        Self::AxumMac,
        Self::AxumLayers,
        Self::AxumWebhook,
        Self::HyperBare,
        Self::HyperLayers,
        Self::Node,
        Self::AxumDiscard,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::AxumBare => "axum bare",
            Self::AxumMac => "axum + HMAC in the handler",
            Self::AxumLayers => "axum + five layers",
            Self::AxumWebhook => "axum + WebhookLayer",
            Self::HyperBare => "hyper bare",
            Self::HyperLayers => "hyper + five layers",
            Self::Node => "Node sample",
            Self::AxumDiscard => "axum, body thrown away",
        }
    }

    /// Whether it turns forgeries away.
    pub const fn verifies(self) -> bool {
        !matches!(self, Self::AxumBare | Self::HyperBare | Self::AxumDiscard)
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Counts every delivery as a new one, so that a client can repeat a few thousand signed ones: the store behind it
/// claims and confirms a key that it has not seen, as for genuine traffic. Only the answer "seen before" is never given.
#[derive(Clone, Debug)]
struct Salted {
    store: MemoryReplayStore,
    claims: Arc<AtomicU64>,
}

impl Salted {
    fn new() -> Result<Self, Box<dyn Error>> {
        Ok(Self { store: MemoryReplayStore::new(100_000_000)?, claims: Arc::default() })
    }
}

fn salted(key: &ReplayKey, number: u64) -> ReplayKey {
    let mut digest = *key.as_bytes();
    // Odd, so that no two numbers give one key.
    let salt = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    for (byte, salt) in digest.iter_mut().zip(salt.to_be_bytes()) {
        *byte ^= salt;
    }
    ReplayKey::from_bytes(digest)
}

/// The salt travels in the upper half of the token, which the store leaves empty.
fn opened(key: &ReplayKey, token: ClaimToken) -> (ReplayKey, ClaimToken) {
    let number = token.number();
    (salted(key, (number >> 64) as u64), ClaimToken::new(number & u128::from(u64::MAX)))
}

impl ReplayStore for Salted {
    type Claim = Ready<Result<Claim, StoreError>>;
    type Settle = Ready<Result<Settled, StoreError>>;

    fn claim(&self, request: &ClaimRequest<'_>) -> Self::Claim {
        let number = self.claims.fetch_add(1, Ordering::Relaxed);
        let key = salted(request.key, number);
        let mut salted_request = *request;
        salted_request.key = &key;
        ready(match self.store.claim(&salted_request).into_inner() {
            Ok(Claim::Claimed(token)) if token.number() >> 64 == 0 => {
                Ok(Claim::Claimed(ClaimToken::new(u128::from(number) << 64 | token.number())))
            }
            Ok(Claim::Claimed(_)) => Err(StoreError::failed("the store's tokens leave no room for the salt")),
            Ok(_) => Err(StoreError::failed("a salted key was seen before")),
            Err(error) => Err(error),
        })
    }

    fn confirm(
        &self,
        key: &ReplayKey,
        token: ClaimToken,
        status: StatusCode,
        retention: Duration,
        now: Monotonic,
    ) -> Self::Settle {
        let (key, token) = opened(key, token);
        self.store.confirm(&key, token, status, retention, now)
    }

    fn release(&self, key: &ReplayKey, token: ClaimToken, now: Monotonic) -> Self::Settle {
        let (key, token) = opened(key, token);
        self.store.release(&key, token, now)
    }

    fn renew(&self, key: &ReplayKey, token: ClaimToken, lease: Duration, now: Monotonic) -> Self::Settle {
        let (key, token) = opened(key, token);
        self.store.renew(&key, token, lease, now)
    }
}

fn addresses() -> Result<IpSet, Box<dyn Error>> {
    let others = (1..10).map(|third| format!("192.0.{third}.0/24"));
    Ok(IpSet::parse(others.chain(["127.0.0.0/8".to_owned()]))?)
}

/// Never spent: what is measured is the counting.
fn quota() -> Result<Quota, Box<dyn Error>> {
    Ok(Quota::per_second(1_000_000_000)?)
}

/// The five layers, and the one below them that says who is calling. A macro, for the type has no name worth writing.
macro_rules! five_layers {
    ($body_limit:expr) => {{
        let verifier = Verifier::new(schemes::ECOURTDATE, Secret::new(SECRET)?)?;
        (
            ClientIpLayer::new(),
            IpAllowlistLayer::new(addresses()?),
            RateLimitLayer::by_client_ip(quota()?),
            BufferedBodyLayer::new().limit($body_limit)?.precheck(verifier.clone()),
            SignatureVerifyLayer::new(verifier),
            ReplayGuardLayer::new(Salted::new()?),
        )
    }};
}

fn accepted() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], ACCEPTED)
}

fn response(status: StatusCode) -> Response<Full<Bytes>> {
    let body = if status.is_success() { ACCEPTED } else { "" };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}

async fn on_bare(ConnectInfo(_): ConnectInfo<SocketAddr>, body: Bytes) -> impl IntoResponse {
    std::hint::black_box(body);
    accepted()
}

/// What a careful handler does by itself: a prepared key, the signature decoded, compared in constant time.
async fn on_mac(
    State(key): State<Hmac<Sha256>>,
    ConnectInfo(_): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<impl IntoResponse, StatusCode> {
    let given = headers.get("x-ecd-signature").ok_or(StatusCode::UNAUTHORIZED)?;
    let given = const_hex::decode_to_array::<_, 32>(given.as_bytes()).map_err(|_| StatusCode::UNAUTHORIZED)?;
    key.chain_update(&body).verify_slice(&given).map_err(|_| StatusCode::UNAUTHORIZED)?;
    Ok(accepted())
}

async fn on_event(event: VerifiedEvent) -> impl IntoResponse {
    std::hint::black_box(event);
    accepted()
}

async fn on_discard(request: AxumRequest) -> impl IntoResponse {
    let mut body = request.into_body();
    while let Some(Ok(frame)) = body.frame().await {
        drop(frame);
    }
    accepted()
}

fn router(kind: Kind, body_limit: usize) -> Result<Router, Box<dyn Error>> {
    let route = match kind {
        Kind::AxumMac => post(on_mac).with_state(key()),
        Kind::AxumLayers => post(on_event).route_layer(five_layers!(body_limit)),
        Kind::AxumWebhook => {
            let layer = WebhookLayer::builder(schemes::ECOURTDATE, Secret::new(SECRET)?)
                .allow(addresses()?)
                .rate_limit(quota()?)
                .body_limit(body_limit)
                .replay_store(Salted::new()?)
                .build()?;
            post(on_event).route_layer(layer)
        }
        Kind::AxumDiscard => post(on_discard),
        _ => post(on_bare),
    };
    Ok(Router::new().route("/webhook", route).layer(DefaultBodyLimit::max(body_limit)))
}

/// Serves until whoever started this process is gone.
pub fn serve(kind: Kind, body_limit: usize) -> Result<(), Box<dyn Error>> {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        match kind {
            Kind::HyperBare => {
                let service = service_fn(async |request: Request<Incoming>| {
                    let collected = request.into_body().collect().await;
                    let status = if collected.is_ok() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
                    std::hint::black_box(collected.ok());
                    Ok::<_, Infallible>(response(status))
                });
                serve_hyper(listener, service).await
            }
            Kind::HyperLayers => {
                let service = service_fn(async |request: Request<Payload<Fresh>>| {
                    std::hint::black_box(request.into_body());
                    Ok::<_, Infallible>(response(StatusCode::OK))
                });
                serve_hyper(listener, five_layers!(body_limit).layer(service)).await
            }
            _ => {
                let app = router(kind, body_limit)?.into_make_service_with_connect_info::<SocketAddr>();
                let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
                    let _ = socket.set_nodelay(true);
                });
                Ok(axum::serve(listener, app).await?)
            }
        }
    })
}

async fn serve_hyper<S>(listener: TcpListener, service: S) -> Result<(), Box<dyn Error>>
where
    S: Service<Request<Incoming>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    loop {
        let (socket, peer) = listener.accept().await?;
        socket.set_nodelay(true)?;
        let service = service.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(PeerAddr::from(peer));
            request
        });
        tokio::spawn(async move {
            let service = TowerToHyperService::new(service);
            let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
        });
    }
}
