//! Who is told what about which event.

use crate::common::{START, code, github, inbox, json, partner, partners, send};
use axum::{
    Router,
    routing::{any, post},
};
use http::StatusCode;
use tower::ServiceBuilder;
use tower_webhook::{
    BufferedBodyLayer, Inbox, Secret, SignatureVerifyLayer, UnixTime, Verifier, WebhookLayer, schemes,
    testing::{FakeClock, MemoryJobStore},
};

pub(crate) fn app(inbox: &Inbox) -> Router {
    let clock = FakeClock::at(UnixTime::from_seconds(START));
    let layer = WebhookLayer::builder(schemes::PARTNER, partners()).clock(clock.clone()).build().unwrap();
    let verifier = Verifier::new(schemes::PARTNER, partners()).unwrap().clock(clock);
    let status = ServiceBuilder::new()
        .layer(BufferedBodyLayer::new().precheck(verifier.clone()))
        .layer(SignatureVerifyLayer::new(verifier));
    Router::new()
        .route("/events", post(inbox.endpoint("partner")).route_layer(layer))
        .route("/status", any(inbox.status_service()).layer(status))
}

#[tokio::test(start_paused = true)]
async fn a_tenant_is_told_what_became_of_its_own_event() {
    let inbox = inbox(&MemoryJobStore::default());
    let app = app(&inbox);
    let payload = r#"{"id":"evt 1/ä","eventType":"x"}"#;
    let receipt = json(&send(&app, partner("POST", "/events", "acme", payload)).await);
    assert_eq!(receipt["id"], "evt 1/ä", "{receipt}");

    let response = send(&app, partner("GET", "/status?a=b&eventId=evt+1%2F%C3%A4", "acme", "")).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let told = json(&response);
    assert_eq!(
        (&told["eventId"], &told["status"], &told["attempts"]),
        (&"evt 1/ä".into(), &"queued".into(), &0.into())
    );
    assert_eq!(told["lastError"], serde_json::Value::Null);
    assert_eq!(told["receivedAt"], receipt["timestamp"]);
}

#[tokio::test(start_paused = true)]
async fn an_event_of_somebody_else_is_as_unknown_as_one_there_never_was() {
    let inbox = inbox(&MemoryJobStore::default());
    let app = app(&inbox);
    send(&app, partner("POST", "/events", "acme", r#"{"id":"evt_1"}"#)).await;
    let others = send(&app, partner("GET", "/status?eventId=evt_1", "globex", "")).await;
    let nobodys = send(&app, partner("GET", "/status?eventId=evt_2", "globex", "")).await;
    assert_eq!(others.status(), StatusCode::NOT_FOUND);
    assert_eq!(others.headers()["content-type"], "application/problem+json");
    assert_eq!((others.headers(), others.body()), (nobodys.headers(), nobodys.body()));
    assert_eq!(send(&app, partner("GET", "/status?eventId=evt_1", "acme", "")).await.status(), 200);
}

#[tokio::test(start_paused = true)]
async fn an_id_has_to_be_there_once_and_within_bounds() {
    let inbox = inbox(&MemoryJobStore::default());
    let app = app(&inbox);
    let (longest, too_long) = ("x".repeat(256), "x".repeat(257));
    for query in [
        "",
        "?",
        "?eventId",
        "?eventId=",
        "?eventid=a",
        "?eventId=a&eventId=a",
        "?eventId=a&event%49d=b",
        "?eventId=%zz",
        "?eventId=%ff",
        &format!("?eventId={too_long}"),
    ] {
        let response = send(&app, partner("GET", &format!("/status{query}"), "acme", "")).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }
    let response = send(&app, partner("GET", &format!("/status?eventId={longest}"), "acme", "")).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn an_event_whose_id_is_too_long_to_ask_for_goes_by_its_jobs() {
    let inbox = inbox(&MemoryJobStore::default());
    let app = app(&inbox);
    for length in [256, 257, 100_000] {
        let id = "i".repeat(length);
        let receipt = json(&send(&app, partner("POST", "/events", "acme", &format!(r#"{{"id":"{id}"}}"#))).await);
        let shown = receipt["id"].as_str().unwrap();
        assert_eq!(shown == id, length <= 256, "{shown}");
        let told = json(&send(&app, partner("GET", &format!("/status?eventId={shown}"), "acme", "")).await);
        assert_eq!(told["status"], "queued", "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_is_asked_by_get() {
    let inbox = inbox(&MemoryJobStore::default());
    let response = send(&app(&inbox), partner("DELETE", "/status?eventId=a", "acme", "")).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()["allow"], "GET,HEAD");
    assert_eq!(send(&app(&inbox), partner("HEAD", "/status?eventId=a", "acme", "")).await.status(), 404);
}

#[tokio::test(start_paused = true)]
async fn a_store_in_trouble_is_503() {
    let store = MemoryJobStore::default();
    let app = app(&inbox(&store));
    store.fail(true);
    let response = send(&app, partner("GET", "/status?eventId=a", "acme", "")).await;
    assert_eq!((response.status(), code(&response)), (StatusCode::SERVICE_UNAVAILABLE, Some("store_unavailable")));
    assert_eq!(response.headers()["retry-after"], "1");
}

#[tokio::test(start_paused = true)]
async fn keys_without_a_tenant_ask_about_one_endpoint() {
    let inbox = inbox(&MemoryJobStore::default());
    let id = json(&send(&crate::common::hook(&inbox), github("one")).await)["id"].as_str().unwrap().to_owned();
    let ask = async |service: tower_webhook::inbox::StatusService| {
        let verifier = Verifier::new(schemes::GITHUB, Secret::new(crate::common::SECRET).unwrap()).unwrap();
        let layers = ServiceBuilder::new()
            .layer(BufferedBodyLayer::new().precheck(verifier.clone()))
            .layer(SignatureVerifyLayer::new(verifier));
        let app = Router::new().route("/status", any(service).layer(layers));
        let mut request = github("");
        *request.method_mut() = http::Method::GET;
        *request.uri_mut() = format!("/status?eventId={id}").parse().unwrap();
        send(&app, request).await.status()
    };
    assert_eq!(ask(inbox.status_service().endpoint("github")).await, 200);
    assert_eq!(ask(inbox.status_service().endpoint("gitlab")).await, 404);
    assert_eq!(ask(inbox.status_service()).await, 404);
}

#[tokio::test(start_paused = true)]
async fn without_layers_nothing_is_told() {
    let inbox = inbox(&MemoryJobStore::default());
    let app = Router::new().route("/status", any(inbox.status_service()));
    assert_eq!(send(&app, partner("GET", "/status?eventId=a", "acme", "")).await.status(), 500);
}
