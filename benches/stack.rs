//! What the layers add to a service that does nothing: each of them alone, then all five, beside the bare HMAC.
//!
//! Every delivery is fresh: it is claimed, handled and confirmed in full. The same signed requests serve again and again
//! all the same, because the replay store is asked for another key each time ([`Rotating`]).
//!
//! `cargo bench --bench stack --features testing,tracing`
#![allow(clippy::unwrap_used, missing_docs)]

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::FutureExt;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use sha2::Sha256;
use std::{
    convert::Infallible,
    future::{Ready, ready},
    hint::black_box,
    net::IpAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tower::{Layer, Service, service_fn};
use tower_webhook::{
    BufferedBodyLayer, ClientIp, ClientIpLayer, IpAllowlistLayer, IpSet, MemoryReplayStore, Monotonic, PeerAddr, Quota,
    RateLimitLayer, ReplayGuardLayer, ReplayKey, ReplayStore, Secret, SignatureVerifyLayer, Verifier, schemes,
    stores::{Claim, ClaimRequest, ClaimToken, Settled, StoreError},
    testing,
};

const SECRET: &str = "a secret of more than 16 bytes";
const CLIENT: [u8; 4] = [192, 0, 2, 1];

/// Handled deliveries in the store; few where this only runs as a test.
fn live_entries() -> u64 {
    if std::env::args().any(|argument| argument == "--bench") { 1_000_000 } else { 1000 }
}

/// A store that is asked for a delivery it has not seen, whatever the delivery is: the turn is laid over the key, and
/// travels in the token to the end of the claim.
#[derive(Clone, Debug)]
struct Rotating {
    store: MemoryReplayStore,
    turn: Arc<AtomicU64>,
}

impl Rotating {
    /// Holds this many deliveries that stay, and has room for those that are to come.
    fn with_live_entries(entries: u64) -> Self {
        let store = Self { store: MemoryReplayStore::new(8_000_000).unwrap(), turn: Arc::default() };
        let (key, now) = (ReplayKey::from_bytes([0; 32]), Monotonic::default());
        for _ in 0..entries {
            let claim = store.claim(&ClaimRequest::new(&key, Duration::from_secs(60), now)).into_inner();
            let Ok(Claim::Claimed(token)) = claim else { panic!("{claim:?}") };
            let day = Duration::from_secs(24 * 3600);
            store.confirm(&key, token, StatusCode::OK, day, now).into_inner().unwrap();
        }
        store
    }

    fn key(key: &ReplayKey, turn: u64) -> ReplayKey {
        let mut bytes = *key.as_bytes();
        let turn = turn.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes();
        bytes.iter_mut().zip(turn).for_each(|(byte, turn)| *byte ^= turn);
        ReplayKey::from_bytes(bytes)
    }

    fn unpacked(key: &ReplayKey, token: ClaimToken) -> (ReplayKey, ClaimToken) {
        let number = token.number();
        (Self::key(key, (number >> 64) as u64), ClaimToken::new(number & u128::from(u64::MAX)))
    }
}

impl ReplayStore for Rotating {
    type Claim = Ready<Result<Claim, StoreError>>;
    type Settle = Ready<Result<Settled, StoreError>>;

    fn claim(&self, request: &ClaimRequest<'_>) -> Self::Claim {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let key = Self::key(request.key, turn);
        let request = ClaimRequest::new(&key, request.lease, request.now).tenant(request.tenant);
        ready(self.store.claim(&request).into_inner().map(|claim| match claim {
            Claim::Claimed(token) => Claim::Claimed(ClaimToken::new(u128::from(turn) << 64 | token.number())),
            claim => claim,
        }))
    }

    fn confirm(
        &self,
        key: &ReplayKey,
        token: ClaimToken,
        status: StatusCode,
        retention: Duration,
        now: Monotonic,
    ) -> Self::Settle {
        let (key, token) = Self::unpacked(key, token);
        self.store.confirm(&key, token, status, retention, now)
    }

    fn release(&self, key: &ReplayKey, token: ClaimToken, now: Monotonic) -> Self::Settle {
        let (key, token) = Self::unpacked(key, token);
        self.store.release(&key, token, now)
    }

    fn renew(&self, key: &ReplayKey, token: ClaimToken, lease: Duration, now: Monotonic) -> Self::Settle {
        let (key, token) = Self::unpacked(key, token);
        self.store.renew(&key, token, lease, now)
    }
}

/// A body that has arrived, in frames that are slices of one buffer, as a server makes them.
#[derive(Clone)]
struct Frames {
    rest: Bytes,
    longest: usize,
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = self.longest.min(self.rest.len());
        let frame = self.rest.split_to(length);
        Poll::Ready((!frame.is_empty()).then(|| Ok(Frame::data(frame))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

/// Answers at once and never looks at the body.
fn inner<B>() -> impl Service<Request<B>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone {
    service_fn(|request: Request<B>| {
        black_box(request);
        ready(Ok(Response::new(Full::default())))
    })
}

struct Case<'a> {
    criterion: &'a mut Criterion,
    group: String,
    request: Request<Frames>,
}

impl Case<'_> {
    fn run<S>(&mut self, name: &str, mut service: S)
    where
        S: Service<Request<Frames>, Response = Response<Full<Bytes>>, Error = Infallible>,
    {
        let mut serve = |request| service.call(request).now_or_never().unwrap().unwrap();
        let response = serve(self.request.clone());
        assert!(response.status().is_success() && response.extensions().is_empty(), "{name}: {response:?}");
        let mut group = self.criterion.benchmark_group(&self.group);
        group.throughput(Throughput::Elements(1));
        group.bench_function(name, |bencher| {
            bencher.iter_batched(|| self.request.clone(), &mut serve, BatchSize::SmallInput);
        });
    }
}

fn stack(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    let store = Rotating::with_live_entries(live_entries());
    let key = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    for (size, frames) in [(1 << 10, 1), (1 << 10, 16), (64 << 10, 1), (64 << 10, 16)] {
        let secret = Secret::new(SECRET).unwrap();
        let signed = testing::sign(&schemes::GITHUB, &secret).body(vec![b'x'; size]).build().unwrap();
        let (mut head, body) = signed.into_parts();
        let body = http_body_util::BodyExt::collect(body).now_or_never().unwrap().unwrap().to_bytes();
        head.extensions.insert(PeerAddr::new(IpAddr::from(CLIENT)));
        // For the layers that stand alone.
        head.extensions.insert(ClientIp::new(IpAddr::from(CLIENT)));
        let frames_body = Frames { rest: body.clone(), longest: size.div_ceil(frames) };
        let group = format!("stack, {} KiB in {frames} {}", size >> 10, if frames == 1 { "frame" } else { "frames" });
        let mut case = Case { criterion, group, request: Request::from_parts(head, frames_body) };

        let verifier = Verifier::new(schemes::GITHUB, secret).unwrap();
        let client_ip = ClientIpLayer::new();
        let addresses =
            ["10.0.0.0/8", "100.64.0.0/10", "140.82.112.0/20", "172.16.0.0/12", "192.0.2.0/24", "192.168.0.0/16"];
        let networks = ["198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "fd00::/8"];
        let allowlist = IpAllowlistLayer::new(IpSet::parse(addresses.into_iter().chain(networks)).unwrap());
        let limit = RateLimitLayer::by_client_ip(Quota::per_second(1_000_000_000).unwrap());
        let buffer = BufferedBodyLayer::new().precheck(verifier.clone());
        let verify = SignatureVerifyLayer::new(verifier);
        // Those of the run make room for each other.
        let guard = ReplayGuardLayer::new(store.clone()).retention(Duration::from_secs(1)).unwrap();

        case.criterion
            .benchmark_group(&case.group)
            .throughput(Throughput::Elements(1))
            .bench_function("HMAC alone", |bencher| {
                bencher.iter(|| key.clone().chain_update(black_box(&*body)).finalize())
            });
        case.run("inner service alone", inner());
        case.run("client IP", client_ip.layer(inner()));
        case.run("allowlist", allowlist.layer(inner()));
        case.run("rate limit", limit.layer(inner()));
        case.run("buffer", buffer.layer(inner()));
        case.run("buffer, verify", (buffer.clone(), verify.clone()).layer(inner()));
        case.run("buffer, verify, replay guard", (buffer.clone(), verify.clone(), guard.clone()).layer(inner()));
        // One more than five: without the client's address, neither the list nor the limit has anything to go by.
        case.request.extensions_mut().remove::<ClientIp>();
        let all = (client_ip, allowlist, limit, buffer, verify, guard);
        case.run("all five", all.layer(inner()));
        #[cfg(feature = "tracing")]
        tracing::subscriber::with_default(discard::Discard, || case.run("all five, tracing on", all.layer(inner())));
    }
}

#[cfg(feature = "tracing")]
mod discard {
    use std::hint::black_box;
    use tracing::{Event, Metadata, Subscriber, span};

    /// Wants every event, and does nothing with it.
    pub(crate) struct Discard;

    impl Subscriber for Discard {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }

        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

        fn event(&self, event: &Event<'_>) {
            black_box(event);
        }

        fn enter(&self, _: &span::Id) {}

        fn exit(&self, _: &span::Id) {}
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    targets = stack
}
criterion_main!(benches);
