//! Under tonic 0.14: a unary method behind the stack, called by tonic's own client.

use crate::{
    common::{Calls, SECRET, clock, secret, sign},
    hosts_hyper::{Traced, address},
};
use bytes::Bytes;
use hyper_util::rt::TokioIo;
use prost::Message as _;
use std::{
    convert::Infallible,
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};
use tonic::{
    Code, Request, Response, Status,
    body::Body,
    codegen::StdError,
    server::NamedService,
    transport::{Channel, Endpoint, Server},
};
use tonic_prost::ProstCodec;
use tower::{Service, ServiceBuilder, util::MapRequestLayer};
use tower_webhook::{
    Fresh, IpSet, Payload, Quota, VerifiedEvent, WebhookLayer, rejection::GrpcStatus, schemes, schemes::Recipe,
    webhook::WebhookBuilder,
};

#[derive(Clone, PartialEq, prost::Message)]
struct Parcel {
    #[prost(bytes = "bytes", tag = "1")]
    content: Bytes,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Receipt {
    #[prost(string, tag = "1")]
    signed_by: String,
    #[prost(uint64, tag = "2")]
    call: u64,
}

/// A service with one method, as `tonic-build` would write it.
#[derive(Clone, Default)]
struct Depot {
    calls: Calls,
}

/// Where the frames of the body lay, above the stack and below.
#[derive(Clone, Default)]
struct Above(Arc<Mutex<Vec<usize>>>);
#[derive(Clone, Default)]
struct Below(Arc<Mutex<Vec<usize>>>);

impl Depot {
    async fn deliver(self, request: Request<Parcel>) -> Result<Response<Receipt>, Status> {
        let call = self.calls.one_more() as u64;
        let event = request.extensions().get::<VerifiedEvent>().unwrap().clone();
        let above = request.extensions().get::<Above>().unwrap().0.lock().unwrap().clone();
        let below = request.extensions().get::<Below>().unwrap().0.lock().unwrap().clone();
        assert_eq!((above, below), (vec![address(event.payload())], vec![address(event.payload())]));
        let parcel = request.into_inner();
        assert_eq!(frame(&parcel), *event.payload());
        match (&*parcel.content, call) {
            (b"fails once", 1) => Err(Status::internal("not this time")),
            _ => Ok(Response::new(Receipt { signed_by: event.key_id().to_owned(), call })),
        }
    }
}

impl NamedService for Depot {
    const NAME: &'static str = "test.Depot";
}

impl<B> Service<http::Request<B>> for Depot
where
    B: hyper::body::Body + Send + 'static,
    B::Error: Into<StdError> + Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let depot = self.clone();
        Box::pin(async move {
            let method = tower::service_fn(move |request| depot.clone().deliver(request));
            Ok(tonic::server::Grpc::new(ProstCodec::<Receipt, Parcel>::default()).unary(method, request).await)
        })
    }
}

/// As it goes over the wire, and as it is signed: five bytes, then the message.
fn frame(parcel: &Parcel) -> Vec<u8> {
    let message = parcel.encode_to_vec();
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    [&[0], &length[..], &message].concat()
}

fn webhook() -> WebhookBuilder<Recipe, tower_webhook::Keyring> {
    WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock())
}

/// A server whose one method stands behind this stack, and a client over a connection in memory.
async fn connected(calls: &Calls, webhook: WebhookBuilder<Recipe, tower_webhook::Keyring>) -> Channel {
    let (client, server) = tokio::io::duplex(64 << 10);
    let stack = ServiceBuilder::new()
        .layer(MapRequestLayer::new(|mut request: http::Request<Body>| {
            let above = Above::default();
            request.extensions_mut().insert(above.clone());
            request.map(|body| Traced { body, frames: above.0 })
        }))
        .layer(webhook.with_rejection_response(GrpcStatus).build().unwrap())
        .layer(MapRequestLayer::new(|mut request: http::Request<Payload<Fresh>>| {
            let below = Below::default();
            request.extensions_mut().insert(below.clone());
            request.map(|body| Traced { body, frames: below.0 })
        }));
    let router = Server::builder().layer(stack).add_service(Depot { calls: calls.clone() });
    use futures_util::StreamExt as _;
    let one = futures_util::stream::iter([Ok::<_, io::Error>(server)]).chain(futures_util::stream::pending());
    tokio::spawn(router.serve_with_incoming(one));
    let mut client = Some(client);
    let connector = tower::service_fn(move |_: http::Uri| {
        let client = client.take().map(TokioIo::new).ok_or_else(|| io::Error::other("there is one connection"));
        async { client }
    });
    Endpoint::from_static("http://hooks.test").connect_with_connector(connector).await.unwrap()
}

async fn deliver(channel: &Channel, content: &str, secret: Option<&str>) -> Result<Receipt, Status> {
    let parcel = Parcel { content: Bytes::from(content.to_owned()) };
    let mut request = Request::new(parcel.clone());
    if let Some(secret) = secret {
        let signature = format!("sha256={}", sign(secret, frame(&parcel)));
        request.metadata_mut().insert("x-hub-signature-256", signature.parse().unwrap());
    }
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static("/test.Depot/Deliver");
    let response = client.unary(request, path, ProstCodec::<Parcel, Receipt>::default()).await?;
    Ok(response.into_inner())
}

#[track_caller]
fn assert_status(result: Result<Receipt, Status>, code: Code, message: &str) -> Status {
    let status = result.unwrap_err();
    assert_eq!((status.code(), status.message()), (code, message));
    status
}

#[tokio::test(start_paused = true)]
async fn a_signed_call_is_answered_and_the_others_get_a_grpc_status() {
    let calls = Calls::default();
    let channel = connected(&calls, webhook().body_limit(1000)).await;
    let receipt = deliver(&channel, "a parcel", Some(SECRET)).await.unwrap();
    assert_eq!(receipt, Receipt { signed_by: "current".into(), call: 1 });

    assert_status(deliver(&channel, "a parcel", Some(SECRET)).await, Code::AlreadyExists, "duplicate");
    let forged = deliver(&channel, "a parcel", Some("a secret of somebody else")).await;
    assert_status(forged, Code::Unauthenticated, "unauthenticated");
    assert_status(deliver(&channel, "a parcel", None).await, Code::Unauthenticated, "unauthenticated");
    let long = deliver(&channel, &"x".repeat(1000), Some(SECRET)).await;
    assert_status(long, Code::ResourceExhausted, "payload_too_large");
    assert_eq!(calls.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_of_the_method_is_its_own_and_releases_the_claim() {
    let calls = Calls::default();
    let channel = connected(&calls, webhook()).await;
    assert_status(deliver(&channel, "fails once", Some(SECRET)).await, Code::Internal, "not this time");
    assert_eq!(deliver(&channel, "fails once", Some(SECRET)).await.unwrap().call, 2);
    assert_status(deliver(&channel, "fails once", Some(SECRET)).await, Code::AlreadyExists, "duplicate");
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_limit_says_when_to_come_back() {
    let channel = connected(&Calls::default(), webhook().tenant_rate_limit(Quota::per_minute(1).unwrap())).await;
    deliver(&channel, "1", Some(SECRET)).await.unwrap();
    let status = deliver(&channel, "2", Some(SECRET)).await;
    let status = assert_status(status, Code::ResourceExhausted, "rate_limited");
    assert_eq!(status.metadata().get("retry-after").unwrap(), "60");
}

#[tokio::test(start_paused = true)]
async fn an_explained_rejection_says_why() {
    let channel = connected(&Calls::default(), webhook().explain_rejections()).await;
    let status = deliver(&channel, "1", None).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
    assert!(status.message().starts_with("signature_missing: "), "{status}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_whose_peer_is_unknown_does_not_pass_an_allowlist() {
    let calls = Calls::default();
    let channel = connected(&calls, webhook().allow(IpSet::parse(["192.0.2.0/24"]).unwrap())).await;
    assert_status(deliver(&channel, "1", Some(SECRET)).await, Code::Internal, "peer_unknown");
    assert_eq!(calls.count(), 0);
}

/// Over TCP, tonic itself says who the peer is.
#[tokio::test]
async fn the_peer_is_known_from_the_connection() {
    for (allowed, expected) in [("127.0.0.0/8", None), ("192.0.2.0/24", Some(Code::PermissionDenied))] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let incoming = futures_util::stream::unfold(listener, |listener| async {
            let socket = listener.accept().await.map(|(socket, _)| socket);
            Some((socket, listener))
        });
        let layer = webhook().allow(IpSet::parse([allowed]).unwrap()).with_rejection_response(GrpcStatus);
        // Around this service alone, which leaves room for others beside it.
        let stack = ServiceBuilder::new()
            .layer(MapRequestLayer::new(|mut request: http::Request<Body>| {
                let above = Above::default();
                request.extensions_mut().insert(above.clone());
                request.map(|body| Traced { body, frames: above.0 })
            }))
            .layer(layer.build().unwrap())
            .layer(MapRequestLayer::new(|mut request: http::Request<Payload<Fresh>>| {
                let below = Below::default();
                request.extensions_mut().insert(below.clone());
                request.map(|body| Traced { body, frames: below.0 })
            }));
        let server = Server::builder().layer(stack).add_service(Depot::default());
        let server = tokio::spawn(server.serve_with_incoming(incoming));
        let channel = Endpoint::try_from(format!("http://{address}")).unwrap().connect().await.unwrap();
        let answer = deliver(&channel, "a parcel", Some(SECRET)).await;
        assert_eq!(answer.err().map(|status| status.code()), expected);
        server.abort();
    }
}
