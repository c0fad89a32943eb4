//! tower's contract: whoever was polled ready is called, readiness and errors are handed on, for every layer.

use crate::common::{
    HOME,
    bodies::BoxError,
    clock, delivery,
    doubles::{Probe, ProbeError, slow},
    github_verifier, poll, secret, verified,
};
use bytes::Bytes;
use futures_util::future::join;
use http::{HeaderName, Request, Response};
use http_body_util::Full;
use std::{fmt::Debug, net::IpAddr, pin::pin};
use tower::{Layer, Service, ServiceBuilder, ServiceExt, buffer::Buffer, limit::ConcurrencyLimit, load_shed::LoadShed};
use tower_test::mock::{self, Mock};
use tower_webhook::{
    AcknowledgeLayer, Answers, AuditLayer, Buffered, BufferedBodyLayer, ClientIp, ClientIpLayer, FailureLimitLayer,
    Fresh, Handshake, HandshakeLayer, InFlightLimitLayer, IpAllowlistLayer, IpSet, Keyring, MemoryRateStore,
    MemoryReplayStore, Payload, PostOnlyLayer, Quota, RateLimitLayer, ReplayGuardLayer, SignatureVerifyLayer, Verified,
    Verifier, WebhookLayer, layers::rate_limit::Bucket, schemes,
};

/// As tower says it is done: ready first, then call.
async fn call<S, B>(service: &mut S, request: Request<B>) -> S::Future
where
    S: Service<Request<B>, Error: Debug>,
{
    service.ready().await.unwrap().call(request)
}

/// Five requests on one instance and its clone; the middle two overlap.
async fn serves<L, S, B>(layer: &L, inner: S, requests: Vec<Request<B>>)
where
    L: Layer<S>,
    L::Service: Service<Request<B>, Response = Response<Full<Bytes>>> + Clone,
    <L::Service as Service<Request<B>>>::Error: Debug,
{
    let mut service = layer.layer(inner);
    let [first, second, third, fourth, fifth] = <[_; 5]>::try_from(requests).ok().unwrap();
    let response = call(&mut service, first).await.await;
    assert_eq!(response.unwrap().status(), 200);
    let second = call(&mut service, second).await;
    let third = call(&mut service, third).await;
    let (second, third) = join(second, third).await;
    assert_eq!((second.unwrap().status(), third.unwrap().status()), (200.try_into().unwrap(), 200.try_into().unwrap()));
    let fourth = service.clone().oneshot(fourth).await;
    assert_eq!(fourth.unwrap().status(), 200);
    let fifth = call(&mut service, fifth).await.await;
    assert_eq!(fifth.unwrap().status(), 200);
}

/// Dropping the future of one call leaves the instance fit for the next.
async fn survives_a_dropped_call<L, B>(layer: &L, requests: Vec<Request<B>>)
where
    L: Layer<ConcurrencyLimit<Probe>>,
    L::Service: Service<Request<B>, Response = Response<Full<Bytes>>, Error = ProbeError>,
{
    let mut service = layer.layer(ConcurrencyLimit::new(Probe::default(), 1));
    for request in requests {
        drop(call(&mut service, request).await);
    }
    assert!(poll(pin!(service.ready())).await.is_ready(), "the inner service's one place was lost");
}

async fn hands_on_the_error<L, B>(layer: &L, requests: Vec<Request<B>>)
where
    L: Layer<Probe>,
    L::Service: Service<Request<B>, Response = Response<Full<Bytes>>, Error = ProbeError>,
{
    let mut service = layer.layer(Probe::failing());
    for request in requests {
        let error = call(&mut service, request).await.await.unwrap_err();
        assert_eq!(error, ProbeError);
    }
}

/// Pending while the inner service is, woken with it, and failed with its own error.
fn hands_on_readiness<L, I, B>(layer: &L, _: &[Request<B>])
where
    L: Layer<Mock<Request<I>, Response<Full<Bytes>>>>,
    L::Service: Service<Request<B>, Error = BoxError>,
{
    let spawn = || mock::spawn_with(|inner| layer.layer(inner));
    let (mut service, mut handle) = spawn();
    handle.allow(0);
    assert!(service.poll_ready().is_pending());
    assert!(!service.is_woken());
    handle.allow(1);
    assert!(service.is_woken());
    assert!(matches!(service.poll_ready(), std::task::Poll::Ready(Ok(()))));

    let (mut service, mut handle) = spawn();
    handle.send_error("the inner service broke");
    assert_readiness_error::<_, B>(&mut service);
}

fn assert_readiness_error<S, B>(service: &mut mock::spawn::Spawn<S>)
where
    S: Service<Request<B>, Error = BoxError>,
{
    match service.poll_ready() {
        std::task::Poll::Ready(Err(error)) => assert_eq!(error.to_string(), "the inner service broke"),
        other => panic!("{other:?}"),
    }
}

async fn deliveries() -> Vec<Request<Full<Bytes>>> {
    (0..5).map(delivery).collect()
}

/// With the address `ClientIpLayer` would have found.
async fn known_clients() -> Vec<Request<Full<Bytes>>> {
    let mut requests = deliveries().await;
    for request in &mut requests {
        request.extensions_mut().insert(ClientIp::new(IpAddr::from(HOME)));
    }
    requests
}

async fn verified_deliveries() -> Vec<Request<Payload<Verified>>> {
    let mut requests = Vec::new();
    for n in 0..5 {
        requests.push(verified(n).await);
    }
    requests
}

fn quota() -> Quota {
    Quota::per_second(1000).unwrap()
}

fn home() -> IpSet {
    IpSet::parse(["192.0.2.0/24"]).unwrap()
}

/// A stack with everything on.
fn everything() -> WebhookLayer<schemes::Recipe> {
    WebhookLayer::builder(schemes::GITHUB, secret())
        .allow(home())
        .failure_limit(quota())
        .rate_limit(quota())
        .tenant_rate_limit(quota())
        .clock(clock())
        .build()
        .unwrap()
}

/// The same with stores and keys that answer later.
fn everything_slow() -> WebhookLayer<
    schemes::Recipe,
    crate::common::doubles::Moody<Keyring>,
    crate::common::doubles::Moody<MemoryReplayStore>,
    crate::common::doubles::Moody<MemoryRateStore>,
> {
    WebhookLayer::builder(schemes::GITHUB, slow(Keyring::new(secret())))
        .rate_store(slow(MemoryRateStore::default()))
        .replay_store(slow(MemoryReplayStore::default()))
        .allow(home())
        .failure_limit(quota())
        .rate_limit(quota())
        .tenant_rate_limit(quota())
        .clock(clock())
        .build()
        .unwrap()
}

macro_rules! contract {
    ($($name:ident: $layer:expr, $requests:expr;)*) => {$(
        mod $name {
            use super::*;

            #[tokio::test(start_paused = true)]
            async fn calls_the_instance_that_was_polled_ready() {
                let probe = Probe::default();
                let calls = probe.calls();
                serves(&$layer, probe, $requests.await).await;
                assert_eq!(calls(), 5);
            }

            #[tokio::test(start_paused = true)]
            async fn works_over_a_concurrency_limit() {
                serves(&$layer, ConcurrencyLimit::new(Probe::default(), 2), $requests.await).await;
            }

            #[tokio::test(start_paused = true)]
            async fn works_over_a_buffer() {
                serves(&$layer, Buffer::new(Probe::default(), 2), $requests.await).await;
            }

            #[tokio::test(start_paused = true)]
            async fn works_over_a_load_shed() {
                let inner = LoadShed::new(ConcurrencyLimit::new(Probe::default(), 2));
                serves(&$layer, inner, $requests.await).await;
            }

            #[tokio::test(start_paused = true)]
            async fn survives_a_call_whose_future_is_dropped() {
                survives_a_dropped_call(&$layer, $requests.await).await;
            }

            #[tokio::test(start_paused = true)]
            async fn hands_on_the_inner_error_as_it_is() {
                hands_on_the_error(&$layer, $requests.await).await;
            }
        }
    )*};
}

contract! {
    audit: AuditLayer::new(|_| {}), deliveries();
    post_only: PostOnlyLayer::new(), deliveries();
    client_ip: ClientIpLayer::new(), deliveries();
    ip_allowlist: IpAllowlistLayer::new(home()), known_clients();
    in_flight: InFlightLimitLayer::new(2).unwrap(), deliveries();
    failure_limit: FailureLimitLayer::by_client_ip(quota()), known_clients();
    failure_limit_elsewhere:
        FailureLimitLayer::by_client_ip(quota()).store(slow(MemoryRateStore::default())), known_clients();
    rate_limit_for_everybody: RateLimitLayer::for_everybody(quota()), deliveries();
    rate_limit_by_client_ip: RateLimitLayer::by_client_ip(quota()), known_clients();
    rate_limit_by_header:
        RateLimitLayer::by_header(HeaderName::from_static("x-hub-signature-256"), quota()), deliveries();
    rate_limit_by_closure: RateLimitLayer::by(quota(), |_| Some(Bucket::new("all"))), deliveries();
    rate_limit_by_tenant: RateLimitLayer::by_tenant(quota()), verified_deliveries();
    rate_limit_for_everybody_elsewhere:
        RateLimitLayer::for_everybody(quota()).store(slow(MemoryRateStore::default())), deliveries();
    rate_limit_by_client_ip_elsewhere:
        RateLimitLayer::by_client_ip(quota()).store(slow(MemoryRateStore::default())), known_clients();
    rate_limit_by_header_elsewhere:
        RateLimitLayer::by_header(HeaderName::from_static("x-shop"), quota()).store(slow(MemoryRateStore::default())),
        deliveries();
    rate_limit_by_closure_elsewhere:
        RateLimitLayer::by(quota(), |_| Some(Bucket::new("all"))).store(slow(MemoryRateStore::default())), deliveries();
    rate_limit_by_tenant_elsewhere:
        RateLimitLayer::by_tenant(quota()).store(slow(MemoryRateStore::default())), verified_deliveries();
    buffered_body: BufferedBodyLayer::new(), deliveries();
    buffered_body_with_precheck: BufferedBodyLayer::new().precheck(github_verifier()), deliveries();
    signature_verify:
        ServiceBuilder::new().layer(BufferedBodyLayer::new()).layer(SignatureVerifyLayer::new(github_verifier())),
        deliveries();
    signature_verify_with_keys_elsewhere:
        ServiceBuilder::new().layer(BufferedBodyLayer::new()).layer(SignatureVerifyLayer::new(
            Verifier::new(schemes::GITHUB, slow(Keyring::new(secret()))).unwrap(),
        )),
        deliveries();
    unsigned_handshake:
        ServiceBuilder::new().layer(BufferedBodyLayer::new()).layer(HandshakeLayer::new(Handshake::dropbox())),
        deliveries();
    signed_handshake: HandshakeLayer::new(Handshake::slack()), verified_deliveries();
    acknowledge: AcknowledgeLayer::new(Answers::adyen()), deliveries();
    replay_guard: ReplayGuardLayer::new(MemoryReplayStore::default()), verified_deliveries();
    replay_guard_elsewhere:
        ReplayGuardLayer::new(slow(MemoryReplayStore::default())), verified_deliveries();
    webhook: everything(), deliveries();
    webhook_with_stores_elsewhere: everything_slow(), deliveries();
}

#[tokio::test(start_paused = true)]
async fn a_verified_payload_alone_is_enough_for_the_layers_below_the_signature() {
    let both = ServiceBuilder::new()
        .layer(RateLimitLayer::by_tenant(quota()))
        .layer(ReplayGuardLayer::new(MemoryReplayStore::default()));
    serves(&both, Probe::default(), verified_deliveries().await).await;
}

#[tokio::test]
async fn readiness_of_the_inner_service_is_handed_on() {
    let plain = deliveries().await;
    hands_on_readiness::<_, Full<Bytes>, _>(&AuditLayer::new(|_| {}), &plain);
    hands_on_readiness::<_, Full<Bytes>, _>(&PostOnlyLayer::new(), &plain);
    hands_on_readiness::<_, Full<Bytes>, _>(&ClientIpLayer::new(), &plain);
    hands_on_readiness::<_, Full<Bytes>, _>(&IpAllowlistLayer::new(home()), &plain);
    hands_on_readiness::<_, Full<Bytes>, _>(&FailureLimitLayer::by_client_ip(quota()), &plain);
    hands_on_readiness::<_, Full<Bytes>, _>(&RateLimitLayer::for_everybody(quota()), &plain);
    hands_on_readiness::<_, Full<Bytes>, _>(&RateLimitLayer::by_client_ip(quota()), &plain);
    let by_header = RateLimitLayer::by_header(HeaderName::from_static("x-shop"), quota());
    hands_on_readiness::<_, Full<Bytes>, _>(&by_header, &plain);
    hands_on_readiness::<_, Full<Bytes>, _>(&RateLimitLayer::by(quota(), |_| None), &plain);
    let verified = verified_deliveries().await;
    hands_on_readiness::<_, Payload<Verified>, _>(&RateLimitLayer::by_tenant(quota()), &verified);
    hands_on_readiness::<_, Payload<Buffered>, _>(&BufferedBodyLayer::new(), &plain);
    let verify =
        ServiceBuilder::new().layer(BufferedBodyLayer::new()).layer(SignatureVerifyLayer::new(github_verifier()));
    hands_on_readiness::<_, Payload<Verified>, _>(&verify, &plain);
    hands_on_readiness::<_, Payload<Fresh>, _>(&ReplayGuardLayer::new(MemoryReplayStore::default()), &verified);
}

/// The two that shed load instead of waiting.
#[tokio::test]
async fn the_cap_in_flight_answers_for_an_inner_service_that_is_not_ready() {
    let layer = InFlightLimitLayer::new(2).unwrap();
    let (mut service, mut handle) =
        mock::spawn_with::<Request<Full<Bytes>>, Response<Full<Bytes>>, _, _>(|inner| layer.layer(inner));
    handle.allow(0);
    assert!(service.poll_ready::<Request<Full<Bytes>>>().is_ready());
    assert_eq!(service.call(delivery(0)).await.unwrap().status(), 503);
    handle.allow(1);
    assert!(service.poll_ready().is_ready());
    let mut call = pin!(service.call(delivery(1)));
    assert!(poll(call.as_mut()).await.is_pending());
    let (_, respond) = handle.next_request().await.unwrap();
    respond.send_response(Response::default());
    assert_eq!(call.await.unwrap().status(), 200);

    let (mut service, mut handle) =
        mock::spawn_with::<Request<Full<Bytes>>, Response<Full<Bytes>>, _, _>(|inner| layer.layer(inner));
    handle.send_error("the inner service broke");
    assert_readiness_error::<_, Full<Bytes>>(&mut service);
}

#[tokio::test]
async fn the_whole_stack_answers_for_an_inner_service_that_is_not_ready() {
    let layer = everything();
    let (mut service, mut handle) =
        mock::spawn_with::<Request<Payload<Fresh>>, Response<Full<Bytes>>, _, _>(|inner| layer.layer(inner));
    handle.allow(0);
    assert!(service.poll_ready::<Request<Full<Bytes>>>().is_ready());
    assert_eq!(service.call(delivery(0)).await.unwrap().status(), 503);

    let (mut service, mut handle) =
        mock::spawn_with::<Request<Payload<Fresh>>, Response<Full<Bytes>>, _, _>(|inner| layer.layer(inner));
    handle.send_error("the inner service broke");
    assert_readiness_error::<_, Full<Bytes>>(&mut service);
}

/// As with one instance for each connection: those that idle after a 503 must not take the places of others.
#[tokio::test]
async fn an_idle_instance_holds_no_place_in_flight() {
    let layer = InFlightLimitLayer::new(1).unwrap();
    let mut busy = layer.layer(Probe::default());
    let in_flight = call(&mut busy, delivery(0)).await;
    let mut idle = layer.layer(Probe::default());
    let refused = call(&mut idle, delivery(1)).await.await.unwrap();
    assert_eq!(refused.status(), 503);
    assert_eq!(in_flight.await.unwrap().status(), 200);
    // The place is free again. `idle` does not want it, and who is only ready does not have it yet.
    let mut ready = layer.layer(Probe::default());
    ServiceExt::<Request<Full<Bytes>>>::ready(&mut ready).await.unwrap();
    let mut third = layer.layer(Probe::default());
    assert_eq!(call(&mut third, delivery(2)).await.await.unwrap().status(), 200);
    drop((idle, ready));
}

#[tokio::test]
async fn clones_and_services_of_one_layer_share_its_cap() {
    let layer = InFlightLimitLayer::new(2).unwrap();
    let mut first = layer.layer(Probe::default());
    let mut second = layer.clone().layer(Probe::default());
    let mut third = first.clone();
    let held = (call(&mut first, delivery(0)).await, call(&mut second, delivery(1)).await);
    assert_eq!(call(&mut third, delivery(2)).await.await.unwrap().status(), 503);
    drop(held);
    assert_eq!(call(&mut third, delivery(3)).await.await.unwrap().status(), 200);
}

/// The answer of a layer is no error of the service: what fails is the request.
#[tokio::test(start_paused = true)]
async fn a_rejection_is_a_response_and_never_an_error() {
    let probe = Probe::failing();
    let calls = probe.calls();
    let mut service = everything().layer(probe);
    let forged = Request::post("/").body(Full::<Bytes>::default()).unwrap();
    assert_eq!(call(&mut service, forged).await.await.unwrap().status(), 500);
    let mut forged = delivery(0);
    forged.headers_mut().remove("x-hub-signature-256");
    assert_eq!(call(&mut service, forged).await.await.unwrap().status(), 401);
    assert_eq!(calls(), 0);
}
