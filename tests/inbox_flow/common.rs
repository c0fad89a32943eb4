//! What the tests share: signed requests, a clock that moves with tokio's, and an inbox in memory.

use axum::{Router, body::Body, routing::post};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, Response};
use http_body_util::BodyExt;
use sha2::Sha256;
use std::{sync::Arc, time::Duration};
use tower::ServiceExt;
use tower_webhook::{
    Clock, Inbox, InboxEvent, Monotonic, PeerAddr, Rejection, Secret, Tenant, TenantMap, UnixTime, WebhookLayer,
    inbox::{EventState, InboxBuilder, JobId, StatusScope},
    schemes,
    testing::{EventBuilder, MemoryJobStore},
};

pub(crate) const SECRET: &str = "It's a Secret to Everybody";
pub(crate) const START: i64 = 1_764_000_000;

/// Stands still, and moves on, as tokio's paused clock does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokioClock(tokio::time::Instant);

impl TokioClock {
    pub(crate) fn new() -> Self {
        Self(tokio::time::Instant::now())
    }
}

impl Clock for TokioClock {
    fn now(&self) -> UnixTime {
        UnixTime::from_seconds(START).saturating_add(self.0.elapsed())
    }

    fn monotonic(&self) -> Monotonic {
        Monotonic::from_origin(self.0.elapsed())
    }
}

pub(crate) fn builder(store: &MemoryJobStore) -> InboxBuilder {
    Inbox::builder(Arc::new(store.clone())).clock(TokioClock::new())
}

pub(crate) fn inbox(store: &MemoryJobStore) -> Inbox {
    builder(store).build().unwrap()
}

fn sign(secret: &str, content: impl AsRef<[u8]>) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(content.as_ref());
    const_hex::encode(mac.finalize().into_bytes())
}

/// A delivery from GitHub, rightly signed.
pub(crate) fn github(payload: &str) -> Request<Body> {
    Request::post("/hook")
        .header("x-hub-signature-256", format!("sha256={}", sign(SECRET, payload)))
        .header("x-github-event", "push")
        .extension(PeerAddr::new([192, 0, 2, 1].into()))
        .body(payload.to_owned().into())
        .unwrap()
}

/// A request of the partner `name`, whose secret is `whsec-{name}`.
pub(crate) fn partner(method: &str, uri: &str, name: &str, payload: &str) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(uri)
        .header("x-api-key", format!("pk_{name}"))
        .header("x-timestamp", START)
        .header(
            "x-webhook-signature",
            format!("sha256={}", sign(&format!("whsec-{name}"), format!("{START}.{payload}"))),
        )
        .extension(PeerAddr::new([192, 0, 2, 1].into()))
        .body(payload.to_owned().into())
        .unwrap()
}

pub(crate) fn partners() -> TenantMap {
    let partner = |name: &str| {
        let tenant = Tenant::new(name, Secret::new(format!("whsec-{name}")).unwrap()).unwrap();
        (Secret::new(format!("pk_{name}")).unwrap(), tenant)
    };
    TenantMap::new([partner("acme"), partner("globex")]).unwrap()
}

/// GitHub's hook in front of the inbox.
pub(crate) fn hook(inbox: &Inbox) -> Router {
    let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new(SECRET).unwrap()).build().unwrap();
    Router::new().route("/hook", post(inbox.endpoint("github")).route_layer(layer))
}

pub(crate) async fn send(app: &Router, request: Request<Body>) -> Response<Bytes> {
    let (head, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    Response::from_parts(head, body.collect().await.unwrap().to_bytes())
}

pub(crate) fn json(response: &Response<Bytes>) -> serde_json::Value {
    serde_json::from_slice(response.body()).unwrap()
}

/// Which rejection the response is about.
pub(crate) fn code(response: &Response<Bytes>) -> Option<&'static str> {
    response.extensions().get::<Rejection>().map(|rejection| rejection.kind().code())
}

/// An event as the layers hand it on, with this id.
pub(crate) fn event(endpoint: &str, id: &str, payload: impl Into<Bytes>) -> InboxEvent {
    let event = EventBuilder::new("partner", payload).id(id).received_at(UnixTime::from_seconds(START)).build();
    InboxEvent::new(endpoint, &event, &http::HeaderMap::new(), &[])
}

/// Stores it, past every layer.
pub(crate) async fn push(inbox: &Inbox, event: &InboxEvent) -> JobId {
    use tower_webhook::inbox::{EventSink, PushTerms};
    let terms = PushTerms::new(1 << 30, 1 << 40, 5, event.received_at());
    let store: &dyn EventSink = &**inbox.store();
    store.push(event, &terms).await.unwrap();
    event.job().clone()
}

/// The state, attempts and error of the event with this id.
pub(crate) async fn state(inbox: &Inbox, endpoint: &str, id: &str) -> (EventState, u32, Option<String>) {
    let status = inbox.status(&StatusScope::Endpoint(endpoint.into()), id).await.unwrap().unwrap();
    (status.state, status.attempts, status.last_error)
}

/// Waits until nothing waits or is in hand any more.
pub(crate) async fn drained(inbox: &Inbox) {
    while inbox.load().await.unwrap().jobs > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
