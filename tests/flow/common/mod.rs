//! What the tests share: signed requests, handlers, and stores that misbehave.

pub(crate) mod logs;
pub(crate) mod seams;

use axum::body::Body;
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{Request, Response, StatusCode, header};
use sha2::Sha256;
use std::{
    convert::Infallible,
    fmt::Debug,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tower::{Service, ServiceExt};
use tower_webhook::{
    Fresh, MemoryReplayStore, Payload, PeerAddr, Rejection, RejectionKind, Secret, UnixTime, VerifiedEvent,
    WebhookLayer,
    schemes::{self, Recipe},
    testing::FakeClock,
    webhook::WebhookBuilder,
};

pub(crate) const SECRET: &str = "It's a Secret to Everybody";
pub(crate) const NOW: i64 = 1_764_000_000;

pub(crate) fn clock() -> FakeClock {
    FakeClock::at(UnixTime::from_seconds(NOW))
}

pub(crate) fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

/// Hex HMAC-SHA256.
pub(crate) fn sign(secret: &str, content: impl AsRef<[u8]>) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(content.as_ref());
    const_hex::encode(mac.finalize().into_bytes())
}

/// A delivery from GitHub, rightly signed, from 192.0.2.1.
pub(crate) fn github(payload: &str) -> Request<Body> {
    github_of::<Body>(payload.to_owned())
}

pub(crate) fn github_of<B: From<Bytes>>(payload: impl Into<Bytes>) -> Request<B> {
    let payload = payload.into();
    Request::post("/hook")
        .header("x-hub-signature-256", format!("sha256={}", sign(SECRET, &payload)))
        .header("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
        .header("x-github-event", "push")
        .extension(PeerAddr::new([192, 0, 2, 1].into()))
        .body(payload.into())
        .unwrap()
}

/// The same, but signed by somebody who does not know the secret.
pub(crate) fn forged(payload: &str) -> Request<Body> {
    let mut request = github(payload);
    let signature = format!("sha256={}", sign("a secret of somebody else", payload));
    request.headers_mut().insert("x-hub-signature-256", signature.parse().unwrap());
    request
}

/// A delivery of the partner scheme.
pub(crate) fn partner(api_key: &str, secret: &str, timestamp: i64, payload: &str) -> Request<Body> {
    Request::post("/partner")
        .header("x-api-key", api_key)
        .header("x-timestamp", timestamp)
        .header("x-webhook-signature", format!("sha256={}", sign(secret, format!("{timestamp}.{payload}"))))
        .extension(PeerAddr::new([192, 0, 2, 1].into()))
        .body(payload.to_owned().into())
        .unwrap()
}

/// The same request from another address.
pub(crate) fn from(mut request: Request<Body>, address: &str) -> Request<Body> {
    request.extensions_mut().insert(PeerAddr::new(address.parse().unwrap()));
    request
}

/// A stack for GitHub that turns away on its own account alone: no clock but `clock`.
pub(crate) fn builder(clock: &FakeClock) -> WebhookBuilder<Recipe, tower_webhook::Keyring> {
    WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock.clone())
}

pub(crate) fn store() -> MemoryReplayStore {
    MemoryReplayStore::new(10_000).unwrap()
}

/// Counts how often a handler ran.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls(Arc<AtomicUsize>);

impl Calls {
    pub(crate) fn one_more(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// A handler that counts, and answers 202.
    pub(crate) fn handler(
        &self,
    ) -> impl Service<Request<Payload<Fresh>>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
    + Clone
    + Send
    + use<> {
        self.handler_with(|_, _| async { accepted() })
    }

    /// A handler that counts, and answers as `answer` does for the event and the number of the call.
    pub(crate) fn handler_with<F, Fut>(
        &self,
        answer: F,
    ) -> impl Service<Request<Payload<Fresh>>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
    + Clone
    + Send
    + use<F, Fut>
    where
        F: Fn(VerifiedEvent, usize) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Response<Body>> + Send + 'static,
    {
        let calls = self.clone();
        tower::service_fn(move |request: Request<Payload<Fresh>>| {
            let answer = answer(request.body().event().clone(), calls.one_more());
            async move { Ok(answer.await) }
        })
    }
}

pub(crate) fn accepted() -> Response<Body> {
    status(StatusCode::ACCEPTED)
}

pub(crate) fn status(status: StatusCode) -> Response<Body> {
    Response::builder().status(status).body(Body::empty()).unwrap()
}

/// One request through a clone of the service.
pub(crate) async fn send<S>(service: &S, request: Request<Body>) -> Response<Body>
where
    S: Service<Request<Body>, Response = Response<Body>, Error: Debug> + Clone,
{
    service.clone().oneshot(request).await.unwrap()
}

pub(crate) fn kind<B>(response: &Response<B>) -> Option<RejectionKind> {
    response.extensions().get::<Rejection>().map(Rejection::kind)
}

#[track_caller]
pub(crate) fn retry_after<B>(response: &Response<B>) -> u64 {
    response.headers().get(header::RETRY_AFTER).expect("Retry-After").to_str().unwrap().parse().unwrap()
}

/// It was turned away like this, with its usual status and, where it is a matter of time, with `Retry-After`.
#[track_caller]
pub(crate) fn assert_rejected<B>(response: &Response<B>, expected: RejectionKind) {
    assert_eq!(kind(response), Some(expected), "{}", response.status());
    assert_eq!(response.status(), expected.status());
    if matches!(response.status().as_u16(), 409 | 429 | 503) {
        assert!(retry_after(response) >= 1);
    }
}

/// It came from the handler, with this status.
#[track_caller]
pub(crate) fn assert_answered<B>(response: &Response<B>, expected: u16) {
    assert_eq!((kind(response), response.status().as_u16()), (None, expected));
}

pub(crate) async fn text(response: Response<Body>) -> String {
    use http_body_util::BodyExt as _;
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}
