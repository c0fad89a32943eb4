//! The two hosts every answer is looked at through: an `axum::Router`, and tower with nothing around it.

use super::{
    bodies::{TestBody, boxed},
    poll,
};
use axum::{
    Router,
    response::IntoResponse,
    routing::{Route, any},
};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use std::{convert::Infallible, future::Future, pin::Pin};
use tower::{Layer, Service, ServiceExt, util::BoxCloneSyncService};
use tower_webhook::{Fresh, Payload, Rejection, VerifiedEvent};

/// A stack with a handler in it.
pub(crate) type Hosted = BoxCloneSyncService<Request<TestBody>, Response<TestBody>, Infallible>;
/// The handler under a stack on bare tower.
pub(crate) type Inner = BoxCloneSyncService<Request<Payload<Fresh>>, Response<Full<Bytes>>, Infallible>;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Host {
    Axum,
    Tower,
}

pub(crate) const HOSTS: [Host; 2] = [Host::Axum, Host::Tower];

/// What the sender gets, and what outer layers find.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) rejection: Option<Rejection>,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn code(&self) -> String {
        let problem: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        problem["code"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Nothing but what goes over the wire.
    pub(crate) fn wire(&self) -> (StatusCode, HeaderMap, Bytes) {
        (self.status, self.headers.clone(), self.body.clone())
    }
}

/// Says how many bytes it got. With the header `x-hold` it never does, with `x-fail` it fails.
async fn handle(request: Request<()>) -> Response<Full<Bytes>> {
    let event = request.extensions().get::<VerifiedEvent>().expect("a handler ran without a verified event");
    if request.headers().contains_key("x-hold") {
        std::future::pending::<()>().await;
    }
    let mut response = Response::new(Full::from(format!("handled {} bytes", event.payload().len())));
    if request.headers().contains_key("x-fail") {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    }
    response
}

fn inner() -> Inner {
    BoxCloneSyncService::new(tower::service_fn(|request: Request<Payload<Fresh>>| async move {
        Ok(handle(request.map(|_| ())).await)
    }))
}

pub(crate) type Held = Pin<Box<dyn Future<Output = Answer>>>;

impl Host {
    pub(crate) fn serve<L>(self, layer: L) -> Hosted
    where
        L: Layer<Route> + Layer<Inner> + Clone + Send + Sync + 'static,
        <L as Layer<Route>>::Service: Service<Request<axum::body::Body>> + Clone + Send + Sync + 'static,
        <<L as Layer<Route>>::Service as Service<Request<axum::body::Body>>>::Response: IntoResponse + 'static,
        <<L as Layer<Route>>::Service as Service<Request<axum::body::Body>>>::Error: Into<Infallible> + 'static,
        <<L as Layer<Route>>::Service as Service<Request<axum::body::Body>>>::Future: Send + 'static,
        <L as Layer<Inner>>::Service: Service<Request<TestBody>, Response = Response<Full<Bytes>>, Error = Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        <<L as Layer<Inner>>::Service as Service<Request<TestBody>>>::Future: Send + 'static,
    {
        match self {
            Self::Axum => {
                let handler = any(async |request: axum::extract::Request| {
                    handle(request.map(|_| ())).await.map(axum::body::Body::new)
                });
                let router: Router = Router::new().route("/hook", handler).layer(layer);
                BoxCloneSyncService::new(
                    router
                        .map_request(|request: Request<TestBody>| request.map(axum::body::Body::new))
                        .map_response(|response| response.map(boxed)),
                )
            }
            Self::Tower => BoxCloneSyncService::new(
                <L as Layer<Inner>>::layer(&layer, inner()).map_response(|response| response.map(boxed)),
            ),
        }
    }
}

/// One request, from a clone as servers do it.
pub(crate) async fn send(service: &Hosted, request: Request<TestBody>) -> Answer {
    let response = service.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
    let rejection = response.extensions().get::<Rejection>().cloned();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: head.status, headers: head.headers, body, rejection }
}

/// A request whose handler has begun and will not end. Dropping it is the client going away.
pub(crate) async fn hold(service: &Hosted, request: Request<TestBody>) -> Held {
    let service = service.clone();
    let mut held: Held = Box::pin(async move { send(&service, request).await });
    for _ in 0..16 {
        assert!(poll(held.as_mut()).await.is_pending(), "the request was to be held");
        tokio::task::yield_now().await;
    }
    held
}
