//! A stack with a handler in it, and what comes out.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, Request, Response, StatusCode, request::Builder};
use http_body_util::{BodyExt, Full};
use sha2::Sha256;
use std::{
    convert::Infallible,
    future::{Future, Ready, ready},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tower::{Layer, Service, ServiceExt, util::BoxCloneSyncService};
use tower_webhook::{
    Fresh, Handshake, Keyring, Payload, PeerAddr, Rejection, Secret, UnixTime, WebhookLayer,
    handshakes::AnsweredHandshake,
    schemes::{self, Recipe},
    testing::FakeClock,
    webhook::{Side, WebhookBuilder},
};

pub(crate) const SECRET: &str = "It's a Secret to Everybody";
pub(crate) const NOW: i64 = 1_764_000_000;

pub(crate) fn secret(text: &str) -> Secret {
    Secret::new(text).unwrap()
}

pub(crate) fn builder() -> WebhookBuilder<Recipe, Keyring> {
    builder_of(schemes::GITHUB)
}

pub(crate) fn builder_of(scheme: Recipe) -> WebhookBuilder<Recipe, Keyring> {
    WebhookLayer::builder(scheme, secret(SECRET)).clock(FakeClock::at(UnixTime::from_seconds(NOW)))
}

type Handled = Ready<Result<Response<Full<Bytes>>, Infallible>>;

/// Answers `handled`, or 200 and nothing where `x-silent` is set, and counts.
#[derive(Clone, Default)]
pub(crate) struct Handler(Arc<AtomicUsize>);

impl Service<Request<Payload<Fresh>>> for Handler {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Handled;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Payload<Fresh>>) -> Handled {
        self.0.fetch_add(1, Ordering::SeqCst);
        let silent = request.headers().contains_key("x-silent");
        let mut response = Response::new(Full::from(if silent { "" } else { "handled" }));
        if request.headers().contains_key("x-fail") {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
        ready(Ok(response))
    }
}

pub(crate) struct Hook {
    service: BoxCloneSyncService<Request<Full<Bytes>>, Response<Full<Bytes>>, Infallible>,
    handler: Handler,
}

impl Hook {
    pub(crate) fn of<L>(layer: L) -> Self
    where
        L: Layer<Handler>,
        L::Service: Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        <L::Service as Service<Request<Full<Bytes>>>>::Future: Send + 'static,
    {
        let handler = Handler::default();
        Self { service: BoxCloneSyncService::new(layer.layer(handler.clone())), handler }
    }

    /// The whole stack, for deliveries signed as GitHub does, with this handshake.
    pub(crate) fn with<P: Side>(handshake: Handshake<P>) -> Self
    where
        tower_webhook::webhook::Protocol: tower_webhook::layers::handshake::Handshakes<P, Full<Bytes>>,
    {
        Self::of(builder().handshake(handshake).build().unwrap())
    }

    pub(crate) async fn send(&self, request: Builder, body: impl Into<Bytes>) -> Answer {
        let request = request.extension(PeerAddr::new([192, 0, 2, 1].into())).body(Full::new(body.into())).unwrap();
        let response = self.service.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let answered = response.extensions().get::<AnsweredHandshake>().map(AnsweredHandshake::name);
        let rejection = response.extensions().get::<Rejection>().cloned();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: head.status.as_u16(), headers: head.headers, body, answered, rejection }
    }

    pub(crate) async fn get(&self, path_and_query: &str) -> Answer {
        self.send(Request::get(path_and_query), "").await
    }

    /// How often the handler ran.
    pub(crate) fn calls(&self) -> usize {
        self.handler.0.load(Ordering::SeqCst)
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    pub(crate) answered: Option<&'static str>,
    pub(crate) rejection: Option<Rejection>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn is_text(&self, name: &str, body: &str) {
        assert_eq!((self.status, self.body.as_str(), self.answered), (200, body, Some(name)), "{self:?}");
        assert_eq!(self.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(self.headers.len(), 2, "{self:?}");
    }

    #[track_caller]
    pub(crate) fn is_json(&self, name: &str, body: &str) {
        assert_eq!((self.status, self.body.as_str(), self.answered), (200, body, Some(name)), "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(self.headers.len(), 2, "{self:?}");
    }

    /// A status, no header and no body.
    #[track_caller]
    pub(crate) fn is_empty(&self, name: &str, status: u16) {
        assert_eq!((self.status, self.body.as_str(), self.answered), (status, "", Some(name)), "{self:?}");
        assert!(self.headers.is_empty(), "{self:?}");
    }

    /// Turned away with this status, and `reflected` stands nowhere.
    #[track_caller]
    pub(crate) fn is_refused(&self, status: u16, reflected: &str) {
        assert_eq!((self.status, self.answered), (status, None), "{self:?}");
        assert!(self.rejection.is_some(), "{self:?}");
        assert!(!self.body.contains(reflected), "{self:?}");
        let in_header = |value: &http::HeaderValue| value.to_str().unwrap().contains(reflected);
        assert!(!self.headers.values().any(in_header), "{self:?}");
    }
}

pub(crate) fn post() -> Builder {
    Request::post("/hook")
}

pub(crate) fn json_post() -> Builder {
    post().header("content-type", "application/json")
}

pub(crate) fn mac(key: &str, content: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(content.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Signs like GitHub: all that matters here is that somebody has verified it.
pub(crate) fn signed(request: Builder, body: &str) -> Builder {
    signed_with(SECRET, request, body)
}

pub(crate) fn signed_with(key: &str, request: Builder, body: &str) -> Builder {
    request.header("x-hub-signature-256", format!("sha256={}", const_hex::encode(mac(key, body))))
}

/// What a callback was asked.
#[derive(Clone)]
pub(crate) struct Asked<T>(Arc<std::sync::Mutex<Vec<T>>>);

impl<T: Send + 'static> Asked<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    /// A callback that remembers, and decides so.
    pub(crate) fn deciding<D, A>(&self, decide: D) -> impl Fn(T) -> A + Send + Sync + use<T, D, A>
    where
        D: Fn(&T) -> A + Send + Sync + 'static,
        A: Future,
    {
        let asked = Arc::clone(&self.0);
        move |question| {
            let decision = decide(&question);
            asked.lock().unwrap().push(question);
            decision
        }
    }

    pub(crate) fn take(&self) -> Vec<T> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}
