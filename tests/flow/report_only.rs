//! Report-only: everything is checked, nobody is turned away, and a forgery leaves no trace.

use crate::common::{
    Calls, assert_answered, builder, clock, forged, from, github, kind,
    seams::{Conduct, RemoteKeys, RemoteRates, RemoteReplays},
    secret, send, store,
};
use axum::body::Body;
use http::{Request, Response};
use std::convert::Infallible;
use tower::{Layer, Service};
use tower_webhook::{Fresh, IpSet, Keyring, Payload, Quota, RejectionKind, WebhookLayer, rejection::Reported, schemes};

/// Answers with what was reported: the event's own, then all.
fn reporting() -> impl Service<Request<Payload<Fresh>>, Response = Response<Body>, Error = Infallible, Future: Send>
+ Clone
+ Send
+ 'static {
    tower::service_fn(async |request: Request<Payload<Fresh>>| {
        let own = request.body().event().reported().map_or("none", |rejection| rejection.kind().code());
        let all = request.extensions().get::<Reported>().map(Reported::rejections).unwrap_or_default();
        let all: Vec<_> = all.iter().map(|rejection| rejection.kind().code()).collect();
        Ok(Response::new(Body::from(format!("{own}: {}", all.join(" ")))))
    })
}

async fn reported<S>(app: &S, request: Request<Body>) -> String
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone,
{
    let response = send(app, request).await;
    assert_answered(&response, 200);
    crate::common::text(response).await
}

#[tokio::test(start_paused = true)]
async fn everything_passes_and_the_handler_sees_why_it_should_not_have() {
    let layer = builder(&clock())
        .insecure_report_only()
        .allow(IpSet::parse(["192.0.2.0/24"]).unwrap())
        .rate_limit(Quota::per_minute(3).unwrap())
        .failure_limit(Quota::per_minute(1).unwrap())
        .tenant_rate_limit(Quota::per_minute(100).unwrap());
    let app = layer.build().unwrap().layer(reporting());
    assert_eq!(reported(&app, github("1")).await, "none: ");
    assert_eq!(reported(&app, forged("2")).await, "signature_mismatch: signature_mismatch");
    let mut unsigned = github("3");
    unsigned.headers_mut().remove("x-hub-signature-256");
    assert_eq!(reported(&app, unsigned).await, "signature_missing: signature_missing");
    // Verified, but over the limit.
    assert_eq!(reported(&app, github("4")).await, "none: rate_limited");
    let stranger = from(forged("5"), "203.0.113.1");
    assert_eq!(reported(&app, stranger).await, "signature_mismatch: ip_not_allowed signature_mismatch");
    let mut nobody = github("6");
    nobody.extensions_mut().clear();
    assert_eq!(reported(&app, nobody).await, "none: peer_unknown peer_unknown");
    let mut gzip = github("7");
    gzip.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    gzip.extensions_mut().insert(tower_webhook::PeerAddr::new([192, 0, 2, 7].into()));
    assert_eq!(reported(&app, gzip).await, "none: encoding_not_supported");
}

#[tokio::test(start_paused = true)]
async fn a_forgery_leaves_no_trace_in_the_replay_store() {
    let (store, calls) = (store(), Calls::default());
    let layer = builder(&clock()).insecure_report_only().replay_store(store.clone()).build().unwrap();
    let app = layer.layer(calls.handler());
    for _ in 0..3 {
        assert_answered(&send(&app, forged("{}")).await, 202);
        assert!(store.is_empty());
    }
    // Neither does it use up the genuine delivery, which is guarded as ever.
    assert_answered(&send(&app, github("{}")).await, 202);
    assert_eq!(kind(&send(&app, github("{}")).await), Some(RejectionKind::Duplicate));
    assert_answered(&send(&app, forged("{}")).await, 202);
    assert_eq!((store.len(), calls.count()), (1, 5));
}

/// A trial must not depend on what it is a trial of.
#[tokio::test(start_paused = true)]
async fn stores_and_keys_that_are_down_turn_nobody_away() {
    for conduct in [Conduct::Failing, Conduct::Hanging] {
        let keys = RemoteKeys::new(Keyring::new(secret()), conduct);
        let layer = WebhookLayer::builder(schemes::GITHUB, keys).clock(clock()).insecure_report_only();
        let app = layer.build().unwrap().layer(reporting());
        assert_eq!(reported(&app, github("1")).await, "keys_unavailable: keys_unavailable");

        let quota = Quota::per_minute(1).unwrap();
        let layer = builder(&clock()).insecure_report_only();
        let layer = layer.replay_store(RemoteReplays::new(conduct)).rate_store(RemoteRates::new(conduct));
        let layer = layer.rate_limit(quota).failure_limit(quota).tenant_rate_limit(quota);
        let app = layer.build().unwrap().layer(reporting());
        assert_eq!(reported(&app, github("1")).await, "none: store_unavailable store_unavailable");
    }
}

/// A limit by tenant below the signature counts whom the signature names: nobody, here.
#[tokio::test(start_paused = true)]
async fn forgeries_do_not_spend_the_quota_of_genuine_events() {
    let layer = builder(&clock()).insecure_report_only().tenant_rate_limit(Quota::per_minute(1).unwrap());
    let app = layer.build().unwrap().layer(reporting());
    for number in 0..5 {
        assert_eq!(reported(&app, forged(&number.to_string())).await, "signature_mismatch: signature_mismatch");
    }
    assert_eq!(reported(&app, github("1")).await, "none: ");
    assert_eq!(reported(&app, github("2")).await, "none: rate_limited");
}
