//! Webhooks as unary gRPC calls: the stack around one tonic service, rejections as gRPC statuses.
//!
//! ```sh
//! cargo run --example tonic_unary --features tonic
//! ```
//!
//! prints the commands that call it, signed and forged: the same program, as a client.
//!
//! The layers read a call to its end before they check it, which would break every streaming method. So they stand
//! around this one service and not around the whole server: `Server::layer` would put them before every other service.

mod support;

use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full};
use sha2::Sha256;
use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use support::{demo, serve};
use tonic::{
    Request, Response, Status,
    body::Body,
    server::{Grpc, NamedService},
    service::LayerExt,
    transport::{Channel, Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt, service_fn};
use tower_webhook::{
    Clock, ConfigError, Fresh, Payload, Quota, Recipe, Secret, SystemClock, VerifiedEvent, WebhookLayer,
    rejection::GrpcStatus,
    schemes::{SignaturePlace, TimestampPlace},
};

const METHOD: &str = "/acme.v1.Webhooks/Deliver";
const SECRET: (&str, &str) = ("ACME_SECRET", "demo-acme-signing-secret");

/// What `tonic-prost-build` would write for `message Event { string id = 1; string kind = 2; }`.
#[derive(Clone, PartialEq, prost::Message)]
struct Event {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(string, tag = "2")]
    kind: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Receipt {
    #[prost(string, tag = "1")]
    scheme: String,
}

/// The method. What the HTTP request has in its extensions, the call has in its own.
async fn on_event(request: Request<Event>) -> Result<Response<Receipt>, Status> {
    let verified = request.extensions().get::<VerifiedEvent>();
    let scheme = verified.ok_or_else(|| Status::internal("nobody verified this"))?.scheme().to_owned();
    let event = request.get_ref();
    println!("accepted {METHOD}: scheme={scheme} id={} type={}", event.id.escape_debug(), event.kind.escape_debug());
    Ok(Response::new(Receipt { scheme }))
}

/// What `tonic-prost-build` would write for `service Webhooks { rpc Deliver(Event) returns (Receipt); }`.
#[derive(Clone)]
struct Webhooks;

impl NamedService for Webhooks {
    const NAME: &'static str = "acme.v1.Webhooks";
}

/// For verified events alone: without the layers this is no service that a server could add.
impl Service<http::Request<Payload<Fresh>>> for Webhooks {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Payload<Fresh>>) -> Self::Future {
        Box::pin(async move {
            match request.uri().path() {
                METHOD => Ok(Grpc::new(ProstCodec::default()).unary(service_fn(on_event), request).await),
                _ => Ok(Status::unimplemented("no such method").into_http()),
            }
        })
    }
}

/// What is signed is the body as it travels: the message behind the five bytes of its gRPC frame. The path is signed
/// with it, so that an event for one method is none for another.
fn scheme() -> Result<Recipe, ConfigError> {
    Recipe::builder("acme-grpc")
        .signature(SignaturePlace::header("acme-signature")?)
        .timestamp(TimestampPlace::header("acme-timestamp")?)
        .content("{path}\n{timestamp}\n{body}")?
        .build()
}

async fn serve_webhooks() -> Result<(), BoxError> {
    let webhook = WebhookLayer::builder(scheme()?, demo::secret(SECRET.0, SECRET.1)?)
        .rate_limit(Quota::per_second(50)?)
        .with_rejection_response(GrpcStatus)
        .build()?;
    let listener = serve::listen().await?;
    let (program, address) = (std::env::current_exe()?, listener.local_addr()?);
    println!("\n# tonic: signed, answers 0\n{} http://{address} signed", program.display());
    println!("# tonic: forged, answers 16\n{} http://{address} forged\n", program.display());
    Server::builder()
        .http2_keepalive_interval(Some(Duration::from_secs(20)))
        .timeout(Duration::from_secs(10))
        // `named_layer` keeps the name by which tonic routes. Other services are added beside it, without the layers.
        .add_service(ServiceBuilder::new().layer(webhook).named_layer(Webhooks))
        .serve_with_incoming(TcpIncoming::from(listener))
        .await?;
    Ok(())
}

/// Adds the headers of the scheme to a call.
async fn sign(request: http::Request<Body>, secret: &Secret) -> Result<http::Request<Body>, BoxError> {
    let (mut head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let timestamp = SystemClock.now().as_seconds().to_string();
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose())?
        .chain_update(format!("{}\n{timestamp}\n", head.uri.path()))
        .chain_update(&body);
    head.headers.insert("acme-signature", const_hex::encode(mac.finalize().into_bytes()).parse()?);
    head.headers.insert("acme-timestamp", timestamp.parse()?);
    Ok(http::Request::from_parts(head, Body::new(Full::new(body))))
}

/// A sender: one call, and the gRPC code it was answered with.
async fn deliver(url: String, secret: Secret) -> Result<(), BoxError> {
    let channel = Channel::from_shared(url)?.connect().await?;
    let signing = service_fn(move |request| {
        let (mut channel, secret) = (channel.clone(), secret.clone());
        async move { Ok::<_, BoxError>(channel.ready().await?.call(sign(request, &secret).await?).await?) }
    });
    let event = Event { id: format!("evt_{}", std::process::id()), kind: "demo.ping".to_owned() };
    let mut client = tonic::client::Grpc::new(signing);
    client.ready().await?;
    match client.unary(Request::new(event), METHOD.parse()?, ProstCodec::<_, Receipt>::default()).await {
        Ok(receipt) => println!("received by {}\n0", receipt.get_ref().scheme),
        Err(status) => println!("{}\n{}", status.message(), i32::from(status.code())),
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let mut arguments = std::env::args().skip(1);
    let Some(url) = arguments.next() else { return serve_webhooks().await };
    match arguments.next().as_deref() {
        Some("signed") => deliver(url, demo::secret(SECRET.0, SECRET.1)?).await,
        Some("forged") => deliver(url, Secret::new(demo::NOT_THE_SECRET)?).await,
        _ => Err("usage: tonic_unary [URL signed|forged]".into()),
    }
}
