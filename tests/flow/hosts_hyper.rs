//! Under bare hyper, HTTP/1 and HTTP/2, over a connection in memory.

use crate::common::{SECRET, clock, secret, sign};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};
use tokio::io::DuplexStream;
use tower::{Layer, ServiceExt as _};
use tower_webhook::{Fresh, IpSet, Payload, PeerAddr, VerifiedEvent, WebhookLayer, schemes};

/// Writes down where in memory each frame of a body lies, if there is anything in it.
pub(crate) struct Traced<B> {
    pub(crate) body: B,
    pub(crate) frames: Arc<Mutex<Vec<usize>>>,
}

impl<B: Body<Data = Bytes> + Unpin> Body for Traced<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(data) = frame.as_ref().and_then(|frame| frame.as_ref().ok()).and_then(Frame::data_ref) {
            // HTTP/2 may end a stream with an empty frame.
            if !data.is_empty() {
                self.frames.lock().unwrap().push(address(data));
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
    }
}

pub(crate) fn address(bytes: &Bytes) -> usize {
    bytes.as_ptr().addr()
}

/// Answers with the payload, after it has seen that all who hold it hold the same bytes.
async fn echo(request: Request<Payload<Fresh>>) -> Result<Response<Full<Bytes>>, Infallible> {
    let frames = request.extensions().get::<Arc<Mutex<Vec<usize>>>>().unwrap().clone();
    let in_extensions = address(request.extensions().get::<VerifiedEvent>().unwrap().payload());
    assert_eq!(in_extensions, address(request.body().event().payload()));
    assert_eq!(in_extensions, address(request.body().bytes()));
    let as_body = request.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(in_extensions, address(&as_body));
    if let [only] = **frames.lock().unwrap() {
        assert_eq!(only, in_extensions, "a body of one frame is never copied");
    }
    Ok(Response::new(Full::new(as_body)))
}

static SINGLE_FRAMES: AtomicUsize = AtomicUsize::new(0);

type App = TowerToHyperService<tower::util::BoxCloneService<Request<Incoming>, Response<Full<Bytes>>, Infallible>>;

fn app(peer: [u8; 4]) -> App {
    let layer = WebhookLayer::builder(schemes::GITHUB, secret())
        .allow(IpSet::parse(["192.0.2.0/24"]).unwrap())
        .clock(clock())
        .build()
        .unwrap();
    let webhook = layer.layer(tower::service_fn(echo));
    let service = tower::service_fn(move |mut request: Request<Incoming>| {
        let webhook = webhook.clone();
        request.extensions_mut().insert(PeerAddr::new(peer.into()));
        let frames = Arc::<Mutex<Vec<usize>>>::default();
        request.extensions_mut().insert(Arc::clone(&frames));
        async move {
            let kept = Arc::clone(&frames);
            let response = webhook.oneshot(request.map(|body| Traced { body, frames })).await;
            if kept.lock().unwrap().len() == 1 {
                SINGLE_FRAMES.fetch_add(1, Ordering::Relaxed);
            }
            response
        }
    });
    TowerToHyperService::new(service.boxed_clone())
}

fn deliver(payload: &str, secret: &str) -> Request<Full<Bytes>> {
    Request::post("http://hooks.test/hook")
        .header("host", "hooks.test")
        .header("x-hub-signature-256", format!("sha256={}", sign(secret, payload)))
        .body(Full::from(payload.to_owned()))
        .unwrap()
}

/// What a client over a connection of this host sees: genuine, duplicate, forged, and a large one.
async fn check<F: Future<Output = Result<Response<Incoming>, hyper::Error>>>(
    mut send: impl FnMut(Request<Full<Bytes>>) -> F,
) {
    let before = SINGLE_FRAMES.load(Ordering::Relaxed);
    let response = send(deliver("{}", SECRET)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "{}");
    assert!(SINGLE_FRAMES.load(Ordering::Relaxed) > before, "the first came in one frame");

    let response = send(deliver("{}", SECRET)).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(std::str::from_utf8(&body).unwrap().contains(r#""code":"duplicate""#));

    let response = send(deliver("{}", "a secret of somebody else")).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let _ = response.into_body().collect().await.unwrap();

    // More than the connection holds at a time: several frames, put together once.
    let large = "x".repeat(300_000);
    let response = send(deliver(&large, SECRET)).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), large);
}

fn connection() -> (TokioIo<DuplexStream>, TokioIo<DuplexStream>) {
    let (client, server) = tokio::io::duplex(64 << 10);
    (TokioIo::new(client), TokioIo::new(server))
}

#[tokio::test(start_paused = true)]
async fn over_http1() {
    let (client, server) = connection();
    tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(server, app([192, 0, 2, 1])));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(client).await.unwrap();
    tokio::spawn(connection);
    check(|request| sender.send_request(request)).await;
}

#[tokio::test(start_paused = true)]
async fn over_http2() {
    let (client, server) = connection();
    let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    tokio::spawn(builder.serve_connection(server, app([192, 0, 2, 1])));
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), client).await.unwrap();
    tokio::spawn(connection);
    check(|request| sender.send_request(request)).await;
}

#[tokio::test(start_paused = true)]
async fn who_is_not_on_the_list_is_turned_away_by_the_address_of_the_connection() {
    let (client, server) = connection();
    tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(server, app([203, 0, 113, 1])));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(client).await.unwrap();
    tokio::spawn(connection);
    let mut request = deliver("{}", SECRET);
    request.headers_mut().insert("x-forwarded-for", "192.0.2.1".parse().unwrap());
    assert_eq!(sender.send_request(request).await.unwrap().status(), StatusCode::FORBIDDEN);
}
