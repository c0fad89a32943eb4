//! A quota for each client, by address.

use crate::{
    Section, Variant,
    services::{Driver, REACHED},
    versioned,
};
use axum::{body::Body, extract::ConnectInfo};
use governor::{RateLimiter, clock::DefaultClock};
use http::{Request, Response, StatusCode};
use std::{
    convert::Infallible,
    hint::black_box,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
};
use tower::{Layer, Service, service_fn};
use tower_governor::{GovernorLayer, governor::GovernorConfigBuilder};
use tower_webhook::{
    ClientIpLayer, Clock, MemoryRateStore, Quota, RateLimitLayer, RateStore, SystemClock,
    stores::{RateDecision, RateKey},
};

const NOTES: &str = "The layers stand above a bare service, which is subtracted; they find the peer's address where \
    axum puts it. Nobody's quota runs out.";

const BARE: &str = "bare service";
const GOVERNOR: &str = "governor, `check_key`";

/// How many requests a client may send.
#[derive(Clone, Copy)]
enum Allowed {
    /// One in an hour.
    One,
    /// More than are sent.
    Plenty,
}

impl Allowed {
    fn quota(self) -> Quota {
        match self {
            Self::One => Quota::per(std::time::Duration::from_secs(3600), 1).unwrap(),
            Self::Plenty => Quota::per_second(1_000_000_000).unwrap(),
        }
    }

    fn governor(self) -> governor::Quota {
        match self {
            Self::One => governor::Quota::per_hour(NonZeroU32::MIN),
            Self::Plenty => governor::Quota::per_second(NonZeroU32::new(1_000_000_000).unwrap()),
        }
    }
}

pub fn section(clients: usize) -> Section {
    let mut bare = Driver::new(inner());
    let mut addresses = Addresses::new(clients);
    let bare = Variant::new(BARE, None, move |calls, measure| bare.measure(addresses.requests(calls), measure));
    let store = |clients| MemoryRateStore::new(2 * clients).unwrap();
    let ours = layered("**tower-webhook**, `RateLimitLayer::by_client_ip`", clients, |allowed| {
        let limit = RateLimitLayer::by_client_ip(allowed.quota()).store(store(clients));
        (ClientIpLayer::new(), limit).layer(inner())
    });
    let governed = layered(versioned("tower_governor"), clients, |allowed| {
        let (interval, burst) = match allowed {
            Allowed::One => (3_600_000_000_000, 1),
            Allowed::Plenty => (1, 1_000_000_000),
        };
        let config = GovernorConfigBuilder::default().per_nanosecond(interval).burst_size(burst).finish().unwrap();
        GovernorLayer::new(config).layer(inner())
    });
    let check = call(
        GOVERNOR,
        clients,
        |address| address,
        |allowed| {
            let limiter: RateLimiter<_, governor::state::keyed::DefaultKeyedStateStore<_>, DefaultClock> =
                RateLimiter::keyed(allowed.governor());
            move |address: &IpAddr| limiter.check_key(address).is_ok()
        },
    );
    let key = |address| RateKey::network("client-ip", address, 32);
    let take = call("**tower-webhook**, `MemoryRateStore::take`", clients, key, |allowed| {
        let (store, quota) = (store(clients), allowed.quota());
        move |key: &RateKey| {
            let decision = store.take(key, quota, SystemClock.monotonic()).into_inner().unwrap();
            matches!(decision, RateDecision::Allowed { .. })
        }
    });
    Section {
        title: String::new(),
        notes: NOTES,
        reference: GOVERNOR,
        variants: vec![check, take, bare, ours, governed],
        calls: 256,
    }
}

/// Addresses of so many clients, in an order that no cache knows.
struct Addresses {
    clients: usize,
    step: usize,
}

impl Addresses {
    fn new(clients: usize) -> Self {
        Self { clients, step: 0 }
    }

    fn all(&self) -> impl Iterator<Item = IpAddr> {
        (0..self.clients as u32).map(|client| Ipv4Addr::from_bits(0x0a00_0000 | client).into())
    }

    fn next(&mut self) -> usize {
        self.step = self.step.wrapping_add(7919);
        self.step % self.clients
    }

    fn requests(&mut self, count: usize) -> Vec<Request<()>> {
        (0..count).map(|_| request(Ipv4Addr::from_bits(0x0a00_0000 | self.next() as u32).into())).collect()
    }
}

fn request(client: IpAddr) -> Request<()> {
    let mut request = Request::post("/").body(()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((client, 52044))));
    request
}

fn inner()
-> impl Service<Request<()>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone + Send + 'static {
    service_fn(|request: Request<()>| {
        black_box(request);
        let mut response = Response::new(Body::default());
        *response.status_mut() = REACHED;
        std::future::ready(Ok(response))
    })
}

/// Proves that a second request of the same client is refused, and that of another is not.
fn layered<S>(name: impl Into<String>, clients: usize, service: impl Fn(Allowed) -> S) -> Variant
where
    S: Service<Request<()>, Response = Response<Body>, Error = Infallible> + 'static,
{
    let name = name.into();
    let mut limited = Driver::new(service(Allowed::One));
    let [one, other] = [[192, 0, 2, 1], [192, 0, 2, 2]].map(IpAddr::from);
    let statuses = [one, one, other].map(|client| limited.call(request(client)).status());
    assert_eq!(statuses, [REACHED, StatusCode::TOO_MANY_REQUESTS, REACHED], "{name}");
    let mut driver = Driver::new(service(Allowed::Plenty));
    let mut addresses = Addresses::new(clients);
    for client in addresses.all() {
        assert_eq!(driver.call(request(client)).status(), REACHED, "{name}");
    }
    Variant::new(name, None, move |calls, measure| driver.measure(addresses.requests(calls), measure)).without(BARE)
}

/// The same for a limiter without a service.
fn call<K, F>(name: &str, clients: usize, key: impl Fn(IpAddr) -> K, limiter: impl Fn(Allowed) -> F) -> Variant
where
    K: Clone + 'static,
    F: Fn(&K) -> bool + 'static,
{
    let limited = limiter(Allowed::One);
    let [one, other] = [[192, 0, 2, 1], [192, 0, 2, 2]].map(|address| key(address.into()));
    assert_eq!([&one, &one, &other].map(limited), [true, false, true], "{name}");
    let check = limiter(Allowed::Plenty);
    let mut addresses = Addresses::new(clients);
    let keys: Vec<K> = addresses.all().map(key).collect();
    assert!(keys.iter().all(&check), "{name}");
    Variant::new(name, None, move |calls, measure| {
        let keys: Vec<K> = (0..calls).map(|_| keys[addresses.next()].clone()).collect();
        measure(&mut || {
            for key in &keys {
                assert!(check(black_box(key)));
            }
        });
    })
}
