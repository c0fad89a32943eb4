//! Who may come how often, and who pays for whom.

use crate::common::{
    Calls, NOW, accepted, assert_answered, assert_rejected, builder, clock, forged, from, github, kind, partner,
    retry_after, secret, send,
};
use axum::body::Body;
use http::{HeaderName, Request, Response};
use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::Notify;
use tower::{BoxError, Layer, Service, ServiceBuilder};
use tower_webhook::{
    ClientIpLayer, InFlightLimitLayer, Keyring, MemoryRateStore, ProxyHeader, Quota, RateLimitLayer, RejectionKind,
    Secret, Tenant, TenantMap, WebhookLayer, layers::rate_limit::Bucket, schemes, schemes::Recipe, testing::FakeClock,
    webhook::WebhookBuilder,
};

fn per_minute(requests: u32) -> Quota {
    Quota::per_minute(requests).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_spent_quota_says_how_long_to_wait_rounded_up() {
    let (clock, calls) = (clock(), Calls::default());
    // One every 1.5 seconds, two at once.
    let quota = Quota::per(Duration::from_millis(3000), 2).unwrap();
    let app = builder(&clock).rate_limit(quota).build().unwrap().layer(calls.handler());
    assert_answered(&send(&app, github("1")).await, 202);
    assert_answered(&send(&app, github("2")).await, 202);
    let limited = send(&app, github("3")).await;
    assert_rejected(&limited, RejectionKind::RateLimited);
    assert_eq!(retry_after(&limited), 2);
    assert_eq!(limited.headers()["ratelimit"], "\"webhook\";r=0;t=2");
    assert_eq!(limited.headers()["ratelimit-policy"], "\"webhook\";q=2;w=3");
    clock.advance(Duration::from_millis(1400));
    let limited = send(&app, github("3")).await;
    assert_eq!(retry_after(&limited), 1);
    clock.advance(Duration::from_secs(1));
    assert_answered(&send(&app, github("3")).await, 202);
    assert_eq!(calls.count(), 3);
}

/// An app with a quota of one a minute for each client.
fn one_each(
    change: impl FnOnce(WebhookBuilder<Recipe, Keyring>) -> WebhookBuilder<Recipe, Keyring>,
) -> impl AsyncFn(&str) -> Option<RejectionKind> {
    let layer = change(builder(&clock()).rate_limit(per_minute(1))).build().unwrap();
    let app = layer.layer(Calls::default().handler());
    let number = std::sync::atomic::AtomicU32::new(0);
    async move |address| {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        kind(&send(&app, from(github(&number.to_string()), address)).await)
    }
}

#[tokio::test(start_paused = true)]
async fn each_ipv4_address_and_each_ipv6_network_has_a_quota() {
    let deliver = one_each(|layer| layer);
    for (address, known) in [
        ("192.0.2.1", false),
        ("192.0.2.1", true),
        ("192.0.2.2", false),
        // The same client, as a socket for both families shows it; and not one bucket for all of IPv4.
        ("::ffff:192.0.2.1", true),
        ("::ffff:192.0.2.3", false),
        ("192.0.2.3", true),
        // Whoever has one address of a /64 has them all.
        ("2001:db8::1", false),
        ("2001:db8::2", true),
        ("2001:db8::ffff:ffff:ffff:ffff", true),
        ("2001:db8:0:1::1", false),
    ] {
        assert_eq!(deliver(address).await, known.then_some(RejectionKind::RateLimited), "{address}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_size_of_an_ipv6_network_can_be_chosen() {
    let deliver = one_each(|layer| layer.ipv6_prefix(48));
    assert_eq!(deliver("2001:db8::1").await, None);
    assert_eq!(deliver("2001:db8:0:1::1").await, Some(RejectionKind::RateLimited));
    assert_eq!(deliver("2001:db8:1::1").await, None);
}

#[tokio::test(start_paused = true)]
async fn behind_a_proxy_the_client_it_names_pays() {
    let proxies = ClientIpLayer::new().trusted_proxies(["10.0.0.0/8"], ProxyHeader::XForwardedFor).unwrap();
    let layer = builder(&clock()).rate_limit(per_minute(1)).client_ip(proxies).build().unwrap();
    let app = layer.layer(Calls::default().handler());
    let deliver = async |payload: &str, peer: &str, header: &str| {
        let mut request = from(github(payload), peer);
        request.headers_mut().insert("x-forwarded-for", header.parse().unwrap());
        kind(&send(&app, request).await)
    };
    assert_eq!(deliver("1", "10.0.0.1", "192.0.2.1").await, None);
    assert_eq!(deliver("2", "10.0.0.2", "192.0.2.1").await, Some(RejectionKind::RateLimited));
    // What the client writes in front of it buys nothing.
    assert_eq!(deliver("3", "10.0.0.1", "198.51.100.1, 192.0.2.1").await, Some(RejectionKind::RateLimited));
    assert_eq!(deliver("4", "10.0.0.1", "192.0.2.2").await, None);
    // And nobody else is believed.
    assert_eq!(deliver("5", "203.0.113.1", "192.0.2.9").await, None);
    assert_eq!(deliver("6", "203.0.113.1", "192.0.2.10").await, Some(RejectionKind::RateLimited));
}

async fn ok(_: Request<Body>) -> Result<Response<Body>, std::convert::Infallible> {
    Ok(accepted())
}

fn shop(shop: Option<&str>) -> Request<Body> {
    let request = Request::post("/");
    let request = if let Some(shop) = shop { request.header("x-shop", shop) } else { request };
    request.body(Body::empty()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn by_header_each_value_has_a_quota_and_those_without_share_one() {
    let limit = RateLimitLayer::by_header(HeaderName::from_static("x-shop"), per_minute(1)).clock(clock());
    let app = ServiceBuilder::new().layer(limit).service_fn(ok);
    for (value, limited) in [(Some("a"), false), (Some("a"), true), (Some("b"), false), (None, false), (None, true)] {
        assert_eq!(kind(&send(&app, shop(value)).await).is_some(), limited, "{value:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn by_closure_each_tier_has_its_quota_and_some_have_none() {
    let limit = RateLimitLayer::by(per_minute(1), |head| {
        let shop = head.headers.get("x-shop")?.to_str().ok()?;
        let bucket = Bucket::new(shop);
        Some(if shop.starts_with("plus-") { bucket.quota(per_minute(3)) } else { bucket })
    });
    let app = ServiceBuilder::new().layer(limit.clock(clock())).service_fn(ok);
    for (value, allowed) in [(Some("a"), 1), (Some("plus-a"), 3), (Some("b"), 1), (None, 9)] {
        let mut passed = 0;
        for _ in 0..9 {
            passed += u32::from(kind(&send(&app, shop(value)).await).is_none());
        }
        assert_eq!(passed, allowed, "{value:?}");
    }
}

fn tenants(clock: &FakeClock) -> WebhookBuilder<Recipe, TenantMap> {
    tenants_alone(clock).tenant_rate_limit(per_minute(2))
}

/// Without a quota for all of them.
fn tenants_alone(clock: &FakeClock) -> WebhookBuilder<Recipe, TenantMap> {
    let tenant = |id: &str| Tenant::new(id, Secret::new(format!("the secret of {id}")).unwrap()).unwrap();
    let acme = tenant("acme");
    let tenants = TenantMap::new([
        (Secret::new("api-key-of-acme-1").unwrap(), acme.clone()),
        (Secret::new("api-key-of-acme-2").unwrap(), acme),
        (Secret::new("api-key-of-bolt-1").unwrap(), tenant("bolt").quota(per_minute(5))),
    ]);
    WebhookLayer::builder(schemes::PARTNER, tenants.unwrap()).clock(clock.clone())
}

fn of(id: &str, number: u32) -> Request<Body> {
    partner(&format!("api-key-of-{id}-1"), &format!("the secret of {id}"), NOW, &format!(r#"{{"id":"{number}"}}"#))
}

#[tokio::test(start_paused = true)]
async fn a_tenants_own_quota_goes_before_the_general_one() {
    let (clock, calls) = (clock(), Calls::default());
    let app = tenants(&clock).build().unwrap().layer(calls.handler());
    for (id, allowed) in [("acme", 2), ("bolt", 5)] {
        for number in 0..9 {
            let response = send(&app, of(id, number)).await;
            if number < allowed {
                assert_answered(&response, 202);
            } else {
                assert_rejected(&response, RejectionKind::RateLimited);
            }
        }
    }
    // One credential more is not one quota more.
    let other_key = partner("api-key-of-acme-2", "the secret of acme", NOW, r#"{"id":"99"}"#);
    assert_rejected(&send(&app, other_key).await, RejectionKind::RateLimited);
    assert_eq!(calls.count(), 7);
    clock.advance(Duration::from_secs(30));
    assert_answered(&send(&app, of("acme", 3)).await, 202);
}

#[tokio::test(start_paused = true)]
async fn a_tenants_own_quota_needs_no_general_one() {
    let (clock, calls) = (clock(), Calls::default());
    let app = tenants_alone(&clock).build().unwrap().layer(calls.handler());
    let deliver = async |id: &str, number| {
        let mut request = of(id, number);
        // And no address.
        request.extensions_mut().clear();
        kind(&send(&app, request).await)
    };
    for number in 0..9 {
        assert_eq!(deliver("acme", number).await, None);
        assert_eq!(deliver("bolt", number).await, (number >= 5).then_some(RejectionKind::RateLimited));
    }
    assert_eq!(calls.count(), 14);
    clock.advance(Duration::from_secs(12));
    assert_eq!(deliver("bolt", 9).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_rate_store_is_for_all_limits_and_a_namespace_keeps_endpoints_apart_in_it() {
    let clock = clock();
    let store = MemoryRateStore::new(100).unwrap();
    let endpoint = |namespace: Option<&'static str>| {
        let layer = tenants(&clock).tenant_rate_limit(per_minute(1)).rate_store(store.clone());
        let layer = layer.rate_limit(per_minute(2)).failure_limit(per_minute(1));
        let layer = if let Some(namespace) = namespace { layer.rate_namespace(namespace) } else { layer };
        layer.build().unwrap().layer(Calls::default().handler())
    };
    let (one, other, apart) = (endpoint(None), endpoint(None), endpoint(Some("apart")));
    assert_eq!(kind(&send(&one, of("acme", 1)).await), None);
    // The client's key and the tenant's.
    assert_eq!(store.len(), 2);
    assert_rejected(&send(&other, of("acme", 2)).await, RejectionKind::RateLimited);
    assert_eq!(kind(&send(&apart, from(of("acme", 3), "192.0.2.2")).await), None, "by tenant");
    assert_rejected(&send(&other, from(of("bolt", 3), "192.0.2.1")).await, RejectionKind::RateLimited);
    assert_eq!(kind(&send(&apart, of("bolt", 3)).await), None, "by client IP");
    assert_eq!(store.len(), 6);
    let guess = || from(partner("api-key-of-acme-1", "a guess", NOW, "{}"), "203.0.113.1");
    assert_rejected(&send(&one, guess()).await, RejectionKind::SignatureMismatch);
    assert_rejected(&send(&other, guess()).await, RejectionKind::RateLimited);
    assert_rejected(&send(&apart, guess()).await, RejectionKind::SignatureMismatch);
    assert_rejected(&send(&apart, guess()).await, RejectionKind::RateLimited);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_forgeries_in_a_tenants_name_cost_it_nothing() {
    let (clock, calls) = (clock(), Calls::default());
    let app = tenants(&clock).build().unwrap().layer(calls.handler());
    for number in 0..10_000 {
        let forged = partner("api-key-of-acme-1", "the secret of somebody", NOW, &number.to_string());
        assert_rejected(&send(&app, forged).await, RejectionKind::SignatureMismatch);
    }
    assert_answered(&send(&app, of("acme", 1)).await, 202);
    assert_answered(&send(&app, of("acme", 2)).await, 202);
    assert_rejected(&send(&app, of("acme", 3)).await, RejectionKind::RateLimited);
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn whoever_keeps_guessing_is_turned_away_and_honest_senders_notice_nothing() {
    let (clock, calls) = (clock(), Calls::default());
    let app = builder(&clock).failure_limit(per_minute(3)).build().unwrap().layer(calls.handler());
    // Successes and duplicates do not count.
    for number in 0..20 {
        assert_answered(&send(&app, github(&number.to_string())).await, 202);
        assert_rejected(&send(&app, github(&number.to_string())).await, RejectionKind::Duplicate);
    }
    for _ in 0..3 {
        assert_rejected(&send(&app, from(forged("x"), "203.0.113.1")).await, RejectionKind::SignatureMismatch);
    }
    let limited = send(&app, from(forged("x"), "203.0.113.1")).await;
    assert_rejected(&limited, RejectionKind::RateLimited);
    assert_eq!(retry_after(&limited), 20);
    // Even the right guess comes too late; and to be turned away costs nothing more.
    assert_rejected(&send(&app, from(github("right"), "203.0.113.1")).await, RejectionKind::RateLimited);
    assert_answered(&send(&app, github("honest")).await, 202);
    clock.advance(Duration::from_secs(20));
    assert_answered(&send(&app, from(github("right"), "203.0.113.1")).await, 202);
}

#[tokio::test(start_paused = true)]
async fn only_failed_verifications_count_as_failures() {
    let layer = builder(&clock()).failure_limit(per_minute(1)).body_limit(8).build().unwrap();
    let handler = Calls::default().handler_with(|_, _| async { crate::common::status(401.try_into().unwrap()) });
    let app = layer.layer(handler);
    // A 401 of the handler's own is none, a body that is too long is none.
    for number in 0..5 {
        assert_answered(&send(&app, github(&number.to_string())).await, 401);
        assert_rejected(&send(&app, github("far too long")).await, RejectionKind::PayloadTooLarge);
    }
    let missing = Request::post("/").extension(tower_webhook::PeerAddr::new([192, 0, 2, 1].into()));
    assert_rejected(&send(&app, missing.body(Body::empty()).unwrap()).await, RejectionKind::SignatureMissing);
    assert_rejected(&send(&app, github("7")).await, RejectionKind::RateLimited);
}

/// Its signature could be right; its body never comes.
fn dripping(address: &str) -> Request<Body> {
    let (head, _) = from(github("{}"), address).into_parts();
    Request::from_parts(head, Body::from_stream(futures_util::stream::pending::<Result<bytes::Bytes, BoxError>>()))
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_counts_as_a_failure() {
    let layer = builder(&clock()).failure_limit(per_minute(2)).build().unwrap();
    let app = layer.layer(Calls::default().handler());
    for _ in 0..2 {
        assert_rejected(&send(&app, dripping("203.0.113.1")).await, RejectionKind::BodyTimeout);
    }
    assert_rejected(&send(&app, dripping("203.0.113.1")).await, RejectionKind::RateLimited);
    assert_answered(&send(&app, github("honest")).await, 202);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_fills_its_share_does_not_shut_out_another() {
    for (set, share) in [(None, 2), (Some(3), 3), (Some(1), 1)] {
        let layer = builder(&clock()).in_flight(4);
        let layer = if let Some(share) = set { layer.in_flight_per_client(share) } else { layer };
        let app = layer.build().unwrap().layer(Calls::default().handler());
        let held: Vec<_> = (0..share)
            .map(|number| {
                let (app, address) = (app.clone(), format!("2001:db8::{number}"));
                tokio::spawn(async move { kind(&send(&app, dripping(&address)).await) })
            })
            .collect();
        tokio::task::yield_now().await;
        for _ in 0..10 {
            // One network is one client.
            let refused = send(&app, from(github("more"), "2001:db8::ffff")).await;
            assert_rejected(&refused, RejectionKind::Overloaded);
        }
        assert_answered(&send(&app, from(github("1"), "2001:db8:0:1::1")).await, 202);
        assert_answered(&send(&app, from(github("2"), "192.0.2.1")).await, 202);
        // Those that are over get their places back.
        for task in held {
            assert_eq!(task.await.unwrap(), Some(RejectionKind::BodyTimeout));
        }
        assert_answered(&send(&app, from(github("3"), "2001:db8::1")).await, 202);
    }
}

#[tokio::test(start_paused = true)]
async fn the_cap_holds_for_all_clients_together() {
    let app = builder(&clock()).in_flight(4).build().unwrap().layer(Calls::default().handler());
    for number in 0..4 {
        let app = app.clone();
        tokio::spawn(async move { send(&app, dripping(&format!("192.0.2.{}", number / 2))).await });
    }
    tokio::task::yield_now().await;
    assert_rejected(&send(&app, from(github("1"), "192.0.2.9")).await, RejectionKind::Overloaded);
}

#[tokio::test(start_paused = true)]
async fn a_share_is_given_back_on_disconnect_and_on_panic() {
    let handler = Calls::default().handler_with(|_, call| async move {
        match call {
            1 => std::future::pending().await,
            2 => panic!("a bug of the handler's"),
            _ => accepted(),
        }
    });
    let app = builder(&clock()).in_flight(2).build().unwrap().layer(handler);
    assert!(tokio::time::timeout(Duration::from_secs(1), send(&app, github("1"))).await.is_err());
    let panicking = tokio::spawn({
        let app = app.clone();
        async move { send(&app, github("2")).await }
    });
    assert!(panicking.await.unwrap_err().is_panic());
    assert_answered(&send(&app, github("3")).await, 202);
}

#[tokio::test(start_paused = true)]
async fn a_share_is_given_back_by_a_call_that_panics() {
    let app = ServiceBuilder::new()
        .layer(ClientIpLayer::new())
        .layer(InFlightLimitLayer::new(1).unwrap().per_client(1).unwrap())
        .service_fn(|request: Request<Body>| {
            assert!(request.uri().path() == "/hook", "a bug of the service's");
            std::future::ready(Ok::<_, std::convert::Infallible>(accepted()))
        });
    let panicking = tokio::spawn({
        let app = app.clone();
        async move { send(&app, from(shop(None), "192.0.2.1")).await }
    });
    assert!(panicking.await.unwrap_err().is_panic());
    assert_answered(&send(&app, github("1")).await, 202);
}

#[tokio::test(start_paused = true)]
async fn clients_that_are_unknown_have_the_cap_alone() {
    let layer = InFlightLimitLayer::new(2).unwrap().per_client(1).unwrap();
    let app = layer.layer(tower::service_fn(|_: Request<Body>| {
        std::future::pending::<Result<Response<Body>, std::convert::Infallible>>()
    }));
    for _ in 0..2 {
        let app = app.clone();
        tokio::spawn(async move { send(&app, shop(None)).await });
    }
    tokio::task::yield_now().await;
    assert_rejected(&send(&app, shop(None)).await, RejectionKind::Overloaded);
}

#[tokio::test(start_paused = true)]
async fn what_is_over_the_cap_is_turned_away_at_once_and_comes_through_later() {
    let gate = Arc::new(Notify::new());
    let handler = Calls::default().handler_with({
        let gate = Arc::clone(&gate);
        move |_, _| {
            let gate = Arc::clone(&gate);
            async move {
                gate.notified().await;
                accepted()
            }
        }
    });
    let app = builder(&clock()).in_flight(3).in_flight_per_client(3).build().unwrap().layer(handler);
    let first: Vec<_> = (0..3)
        .map(|number| {
            let app = app.clone();
            tokio::spawn(async move { send(&app, github(&number.to_string())).await })
        })
        .collect();
    tokio::task::yield_now().await;
    for _ in 0..10 {
        assert_rejected(&send(&app, github("3")).await, RejectionKind::Overloaded);
    }
    gate.notify_waiters();
    for task in first {
        assert_answered(&task.await.unwrap(), 202);
    }
    let again = tokio::spawn(async move { send(&app, github("3")).await });
    tokio::task::yield_now().await;
    gate.notify_one();
    assert_answered(&again.await.unwrap(), 202);
}

#[tokio::test(start_paused = true)]
async fn a_disconnect_gives_its_place_back() {
    let handler = Calls::default()
        .handler_with(|_, call| async move { if call == 1 { std::future::pending().await } else { accepted() } });
    let app = builder(&clock()).in_flight(1).build().unwrap().layer(handler);
    assert!(tokio::time::timeout(Duration::from_secs(1), send(&app, github("1"))).await.is_err());
    assert_answered(&send(&app, github("2")).await, 202);
}

#[derive(Clone)]
struct NeverReady;

impl Service<Request<Body>> for NeverReady {
    type Response = Response<Body>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Response<Body>, std::convert::Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Pending
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        panic!("it was not ready")
    }
}

#[tokio::test(start_paused = true)]
async fn an_inner_service_that_is_not_ready_is_overload_too() {
    let app = InFlightLimitLayer::new(3).unwrap().layer(NeverReady);
    for _ in 0..10 {
        assert_rejected(&send(&app, shop(None)).await, RejectionKind::Overloaded);
    }
}

#[tokio::test(start_paused = true)]
async fn clones_of_a_layer_share_what_it_counts() {
    let layer = WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock()).rate_limit(per_minute(2)).in_flight(1);
    let layer = layer.build().unwrap();
    let hanging = || Calls::default().handler_with(|_, _| std::future::pending());
    let (one, other) = (layer.clone().layer(Calls::default().handler()), layer.clone().layer(hanging()));
    assert_answered(&send(&one, github("1")).await, 202);
    assert_rejected(&send(&other, github("1")).await, RejectionKind::Duplicate);
    assert_rejected(&send(&one, github("2")).await, RejectionKind::RateLimited);
    let held = tokio::spawn(async move { send(&other, from(github("3"), "192.0.2.9")).await });
    tokio::task::yield_now().await;
    assert_rejected(&send(&one, from(github("4"), "192.0.2.9")).await, RejectionKind::Overloaded);
    held.abort();
}
