//! What a sender is answered, and what is stored then.

use crate::common::{SECRET, START, TokioClock, builder, code, github, hook, inbox, json, send};
use axum::{Router, body::Body, routing::post};
use http::{HeaderName, Request, StatusCode};
use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};
use tower::{Service, ServiceBuilder, ServiceExt};
use tower_webhook::{
    Answers, AuditLayer, Fresh, Inbox, Payload, Secret, UnixTime, Verified, WebhookLayer,
    inbox::{Endpoint, EventSink, InboxEvent, PushTerms, Pushed, Retention, StatusScope, StoreFuture},
    layers::audit::AuditRecord,
    schemes,
    testing::{FakeClock, MemoryJobStore},
};

#[tokio::test(start_paused = true)]
async fn an_event_is_stored_before_it_is_acknowledged() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    let response = send(&hook(&inbox), github("one")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(code(&response), None);
    let receipt = json(&response);
    assert_eq!(receipt["received"], true);
    assert!(receipt["timestamp"].as_str().unwrap().ends_with('Z'), "{receipt}");
    let status = inbox.status(&StatusScope::Endpoint("github".into()), receipt["id"].as_str().unwrap()).await.unwrap();
    assert_eq!(status.unwrap().attempts, 0);
    assert_eq!(inbox.load().await.unwrap().jobs, 1);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_comes_again_after_a_restart_is_acknowledged_the_same_and_stays_one() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    let first = send(&hook(&inbox), github("one")).await;
    // The replay guard of another process has never seen it.
    let second = send(&hook(&inbox), github("one")).await;
    assert_eq!(second.status(), 200);
    assert_eq!(json(&first)["id"], json(&second)["id"]);
    assert_eq!(code(&second), Some("duplicate"));
    assert_eq!(inbox.load().await.unwrap().jobs, 1);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_comes_again_when_the_guard_has_forgotten_it_stays_one() {
    let inbox = inbox(&MemoryJobStore::default());
    let clock = FakeClock::at(UnixTime::from_seconds(START));
    let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new(SECRET).unwrap()).clock(clock.clone());
    let layer = layer.replay_retention(Duration::from_secs(3600)).build().unwrap();
    let app = Router::new().route("/hook", post(inbox.endpoint("github")).route_layer(layer));
    let first = send(&app, github("one")).await;
    // Within its window the guard answers, without the inbox.
    let within = send(&app, github("one")).await;
    assert_eq!((within.status(), code(&within)), (StatusCode::OK, Some("duplicate")));
    clock.advance(Duration::from_secs(2 * 3600));
    let past = send(&app, github("one")).await;
    assert_eq!((past.status(), code(&past)), (StatusCode::OK, Some("duplicate")));
    assert_eq!(json(&first)["id"], json(&past)["id"]);
    assert_eq!(inbox.load().await.unwrap().jobs, 1);
}

#[tokio::test(start_paused = true)]
async fn the_audit_calls_a_known_event_a_duplicate_and_the_claim_is_confirmed() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    send(&hook(&inbox), github("one")).await;
    let outcomes = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&outcomes);
    let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new(SECRET).unwrap()).build().unwrap();
    let audit = AuditLayer::new(move |record: AuditRecord| {
        sink.lock().unwrap().push((record.outcome().code(), record.status().unwrap()));
    });
    let app = Router::new()
        .route("/hook", post(inbox.endpoint("github")).route_layer(ServiceBuilder::new().layer(audit).layer(layer)));
    assert_eq!(json(&send(&app, github("one")).await)["received"], true);
    // The second time the guard knows, and does not ask the inbox.
    store.fail(true);
    assert_eq!(send(&app, github("one")).await.status(), 200);
    assert_eq!(*outcomes.lock().unwrap(), [("duplicate", StatusCode::OK); 2]);
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_stored_is_503_and_the_next_attempt_gets_through() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    let app = hook(&inbox);
    store.fail(true);
    for _ in 0..2 {
        let response = send(&app, github("one")).await;
        assert_eq!((response.status(), code(&response)), (StatusCode::SERVICE_UNAVAILABLE, Some("store_unavailable")));
        assert_eq!(response.headers()["retry-after"], "1");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
    store.fail(false);
    let response = send(&app, github("one")).await;
    assert_eq!((response.status(), code(&response)), (StatusCode::OK, None));
    assert_eq!(inbox.load().await.unwrap().jobs, 1);
}

#[tokio::test(start_paused = true)]
async fn a_full_inbox_is_503_and_still_knows_what_it_holds() {
    let store = MemoryJobStore::default();
    for inbox in [builder(&store).capacity(1), builder(&store).capacity_bytes(4)] {
        let app = hook(&inbox.build().unwrap());
        send(&app, github("one")).await;
        let response = send(&app, github("another")).await;
        assert_eq!((response.status(), code(&response)), (StatusCode::SERVICE_UNAVAILABLE, Some("inbox_full")));
        assert_eq!(response.headers()["retry-after"], "5");
        assert_eq!(json(&response)["code"], "inbox_full");
        assert_eq!(send(&app, github("one")).await.status(), 200);
    }
}

/// A sink that never answers.
#[derive(Debug)]
struct Stuck;

impl EventSink for Stuck {
    fn push<'a>(&'a self, _: &'a InboxEvent, _: &'a PushTerms) -> StoreFuture<'a, Pushed> {
        Box::pin(pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_is_503_in_time() {
    let clock = TokioClock::new();
    let endpoint = Endpoint::into_sink("github", Arc::new(Stuck)).clock(clock).push_timeout(Duration::from_secs(3));
    let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new(SECRET).unwrap()).build().unwrap();
    let app = Router::new().route("/hook", post(endpoint).route_layer(layer));
    let began = tokio::time::Instant::now();
    let response = send(&app, github("one")).await;
    assert_eq!((response.status(), code(&response)), (StatusCode::SERVICE_UNAVAILABLE, Some("store_unavailable")));
    assert_eq!(began.elapsed(), Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn one_event_at_two_endpoints_is_two_jobs() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    let layer = || WebhookLayer::builder(schemes::GITHUB, Secret::new(SECRET).unwrap()).build().unwrap();
    for name in ["a", "b"] {
        let app = Router::new().route("/hook", post(inbox.endpoint(name)).route_layer(layer()));
        assert_eq!(code(&send(&app, github("one")).await), None);
    }
    assert_eq!(inbox.load().await.unwrap().jobs, 2);
}

#[tokio::test(start_paused = true)]
async fn a_forgery_in_report_only_mode_does_not_use_up_what_it_forges() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new(SECRET).unwrap()).insecure_report_only();
    let app = Router::new().route("/hook", post(inbox.endpoint("github")).route_layer(layer.build().unwrap()));
    let mut forged = github("one");
    forged.headers_mut().insert("x-hub-signature-256", format!("sha256={}", "0".repeat(64)).parse().unwrap());
    assert_eq!(send(&app, forged).await.status(), 200);
    assert_eq!(code(&send(&hook(&inbox), github("one")).await), None);
    assert_eq!(inbox.load().await.unwrap().jobs, 2);
}

#[tokio::test(start_paused = true)]
async fn the_chosen_headers_are_kept_and_no_others() {
    let store = MemoryJobStore::default();
    let kept = HeaderName::from_static("x-github-event");
    let inbox = builder(&store).keep_headers([kept]).build().unwrap();
    send(&hook(&inbox), github("one")).await;
    let taken = inbox.store().take(&tower_webhook::inbox::WorkerName::unique(), 9, far()).await.unwrap();
    assert_eq!(taken[0].event.headers().len(), 1);
    assert_eq!(taken[0].event.headers()["x-github-event"], "push");
    assert_eq!(taken[0].attempts, 10);
}

fn far() -> UnixTime {
    UnixTime::from_seconds(START + 3600)
}

#[tokio::test(start_paused = true)]
async fn without_layers_nothing_is_stored() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    let app = Router::new().route("/hook", post(inbox.endpoint("github")));
    let response = send(&app, github("one")).await;
    assert_eq!((response.status(), response.body().len()), (StatusCode::INTERNAL_SERVER_ERROR, 0));
    assert_eq!(inbox.load().await.unwrap().jobs, 0);
}

#[tokio::test(start_paused = true)]
async fn the_provider_s_words_take_the_place_of_an_empty_answer() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new(SECRET).unwrap()).answers(Answers::adyen());
    let endpoint = inbox.endpoint("github").empty_answer();
    let app = Router::new().route("/hook", post(endpoint).route_layer(layer.build().unwrap()));
    assert_eq!(send(&app, github("one")).await.body(), "[accepted]");
}

#[tokio::test(start_paused = true)]
async fn a_rejection_is_rendered_as_it_is_told() {
    let store = MemoryJobStore::default();
    let endpoint = inbox(&store).endpoint("github").with_rejection_response(tower_webhook::rejection::StatusOnly);
    let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new(SECRET).unwrap()).build().unwrap();
    store.fail(true);
    let response = send(&Router::new().route("/hook", post(endpoint).route_layer(layer)), github("one")).await;
    assert_eq!((response.status(), response.body().len()), (StatusCode::SERVICE_UNAVAILABLE, 0));
    assert_eq!(response.headers()["retry-after"], "1");
}

#[tokio::test(start_paused = true)]
async fn it_takes_what_is_fresh_and_what_is_verified() {
    fn takes<B>(_: &impl Service<Request<Payload<B>>>) {}
    let endpoint = inbox(&MemoryJobStore::default()).endpoint("github");
    takes::<Fresh>(&endpoint);
    takes::<Verified>(&endpoint);
    let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new(SECRET).unwrap()).build().unwrap();
    let typed = ServiceBuilder::new().layer(layer).service(endpoint);
    let response = typed.oneshot(github("one").map(|body: Body| body)).await.unwrap();
    assert_eq!(response.status(), 200);
}

#[test]
fn a_setting_of_zero_is_an_error_that_names_it() {
    let builder = || Inbox::builder(Arc::new(MemoryJobStore::default()));
    let day = Duration::from_secs(86_400);
    for (field, wrong) in [
        ("inbox.capacity", builder().capacity(0)),
        ("inbox.capacity_bytes", builder().capacity_bytes(0)),
        ("inbox.attempts", builder().attempts(0)),
        ("inbox.retention", builder().retention(Retention::new(Duration::ZERO, day))),
        ("inbox.retention", builder().retention(Retention::new(day, Duration::ZERO))),
        ("inbox.push_timeout", builder().push_timeout(Duration::ZERO)),
    ] {
        assert_eq!(wrong.build().unwrap_err().field(), field);
    }
}
