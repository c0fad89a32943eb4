//! Responses of one's own for rejections.

use crate::common::{
    bodies::{TestBody, whole},
    clock, github,
    hosts::{HOSTS, hold, send},
    post, secret,
};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use std::{convert::Infallible, future::ready, time::Duration};
use tower::{Layer, ServiceExt, service_fn};
use tower_webhook::{
    Fresh, Keyring, Payload, Quota, RateLimitLayer, Rejection, RejectionKind, WebhookLayer,
    layers::rate_limit::Bucket,
    rejection::{GrpcStatus, ResponseForRejection, StatusOnly},
    schemes::{self, Recipe},
    webhook::WebhookBuilder,
};

fn stack() -> WebhookBuilder<Recipe, Keyring> {
    WebhookLayer::builder(schemes::GITHUB, secret()).clock(clock()).in_flight(2).in_flight_per_client(2)
}

fn ours(body: &'static str) -> Request<TestBody> {
    github(body.as_bytes()).body(whole(body)).unwrap()
}

fn unsigned() -> Request<TestBody> {
    post().body(whole("")).unwrap()
}

/// Builds the same terse response whatever the host's body type is.
#[derive(Clone)]
struct Terse;

impl<B: From<Bytes>> ResponseForRejection<B> for Terse {
    fn response_for_rejection(&self, rejection: &Rejection) -> Response<B> {
        let body = Bytes::from(format!("no: {}", rejection.public_code()));
        Response::builder().status(rejection.status()).header("x-ours", "1").body(body.into()).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_of_ones_own_gets_its_headers_completed_and_the_rejection_beside_it() {
    for host in HOSTS {
        let layer = stack().rate_limit(Quota::per_minute(3).unwrap()).with_rejection_response(Terse);
        let service = host.serve(layer.build().unwrap());
        let get = send(&service, Request::get("/hook").body(whole("")).unwrap()).await;
        assert_eq!(
            (get.status.as_u16(), get.header("allow"), get.text()),
            (405, Some("POST"), "no: method_not_allowed")
        );
        assert_eq!(get.rejection.as_ref().unwrap().kind(), RejectionKind::MethodNotAllowed);

        let held = hold(&service, github(b"slow").header("x-hold", "1").body(whole("slow")).unwrap()).await;
        let busy = send(&service, ours("slow")).await;
        assert_eq!((busy.status.as_u16(), busy.text()), (409, "no: in_flight"));
        assert!(busy.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
        drop(held);

        let refused = send(&service, unsigned()).await;
        assert_eq!((refused.status.as_u16(), refused.text()), (401, "no: unauthenticated"));
        assert_eq!(refused.rejection.as_ref().unwrap().kind(), RejectionKind::SignatureMissing);

        let limited = send(&service, ours("more")).await;
        assert_eq!((limited.status.as_u16(), limited.header("x-ours")), (429, Some("1")));
        for name in ["retry-after", "ratelimit", "ratelimit-policy"] {
            assert!(limited.header(name).is_some(), "{name}");
        }
        assert_eq!(limited.rejection.as_ref().unwrap().kind(), RejectionKind::RateLimited);
    }
}

#[tokio::test(start_paused = true)]
async fn headers_that_the_hook_has_set_stay_and_its_status_does_too() {
    let hook = |rejection: &Rejection| {
        Response::builder()
            .status(418)
            .header("retry-after", "77")
            .header("allow", "POST, OPTIONS")
            .header("ratelimit", "ours")
            .body(Full::<Bytes>::from(rejection.kind().code()))
            .unwrap()
    };
    let layer = stack().rate_limit(Quota::per_minute(1).unwrap()).with_rejection_response(hook).build().unwrap();
    let service = layer.layer(service_fn(|_: Request<Payload<Fresh>>| {
        ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    }));
    let get = service.clone().oneshot(Request::get("/").body(whole("")).unwrap()).await.unwrap();
    assert_eq!((get.status().as_u16(), get.headers()["allow"].to_str().unwrap()), (418, "POST, OPTIONS"));
    assert_eq!(get.headers().get_all("allow").iter().count(), 1);
    assert_eq!(service.clone().oneshot(ours("first")).await.unwrap().status(), 200);
    let limited = service.oneshot(ours("second")).await.unwrap();
    assert_eq!(
        (limited.headers()["retry-after"].as_bytes(), limited.headers()["ratelimit"].as_bytes()),
        (&b"77"[..], &b"ours"[..])
    );
    assert_eq!(limited.extensions().get::<Rejection>().unwrap().kind(), RejectionKind::RateLimited);
    assert_eq!(limited.into_body().collect().await.unwrap().to_bytes(), "rate_limited");
}

/// Even a hook that puts a rejection of its own there does not hide ours.
#[tokio::test(start_paused = true)]
async fn the_rejection_in_the_extensions_is_the_layers_own() {
    let hook = |_: &Rejection| {
        let mut response = Response::new(Full::<Bytes>::default());
        response.extensions_mut().insert(Rejection::new(RejectionKind::Duplicate));
        response
    };
    let layer = stack().with_rejection_response(hook).build().unwrap();
    let service = layer.layer(service_fn(|_: Request<Payload<Fresh>>| {
        ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    }));
    let response = service.oneshot(unsigned()).await.unwrap();
    assert_eq!(response.extensions().get::<Rejection>().unwrap().kind(), RejectionKind::SignatureMissing);
}

/// A response body that is `Default` and nothing else.
#[derive(Debug, Default, PartialEq)]
struct OnlyDefault;

#[tokio::test(start_paused = true)]
async fn status_only_serves_bodies_that_are_only_default() {
    let layer = stack().rate_limit(Quota::per_minute(2).unwrap()).with_rejection_response(StatusOnly).build().unwrap();
    let service =
        layer.layer(service_fn(|_: Request<Payload<Fresh>>| ready(Ok::<_, Infallible>(Response::new(OnlyDefault)))));
    let get = service.clone().oneshot(Request::get("/").body(whole("")).unwrap()).await.unwrap();
    assert_eq!((get.status(), get.headers()["allow"].as_bytes()), (StatusCode::METHOD_NOT_ALLOWED, &b"POST"[..]));
    assert_eq!(service.clone().oneshot(unsigned()).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    assert_eq!(service.clone().oneshot(ours("first")).await.unwrap().status(), StatusCode::OK);
    let limited = service.oneshot(ours("second")).await.unwrap();
    assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.headers()["retry-after"], "30");
    assert_eq!(limited.extensions().get::<Rejection>().unwrap().kind(), RejectionKind::RateLimited);
    assert_eq!(limited.into_body(), OnlyDefault);
}

fn grpc(kind: RejectionKind) -> u8 {
    match kind {
        RejectionKind::BodyTimeout => 4,
        RejectionKind::BodyUnreadable | RejectionKind::PayloadMalformed => 3,
        RejectionKind::Duplicate => 6,
        RejectionKind::EncodingNotSupported | RejectionKind::MethodNotAllowed => 12,
        RejectionKind::InFlight => 10,
        RejectionKind::IpNotAllowed => 7,
        RejectionKind::InboxFull
        | RejectionKind::KeysUnavailable
        | RejectionKind::Overloaded
        | RejectionKind::StoreUnavailable => 14,
        RejectionKind::PayloadTooLarge | RejectionKind::RateLimited => 8,
        RejectionKind::PeerUnknown => 13,
        RejectionKind::SignatureMalformed
        | RejectionKind::SignatureMismatch
        | RejectionKind::SignatureMissing
        | RejectionKind::TimestampOutOfTolerance => 16,
        other => panic!("{other} has no gRPC status here"),
    }
}

#[test]
fn every_rejection_has_its_grpc_status_in_the_head_alone() {
    for kind in RejectionKind::ALL {
        let response: Response<Full<Bytes>> = GrpcStatus.response_for_rejection(&Rejection::new(*kind));
        assert_eq!(
            (response.status(), response.headers()["content-type"].as_bytes()),
            (StatusCode::OK, &b"application/grpc"[..])
        );
        assert_eq!(response.headers()["grpc-status"], grpc(*kind).to_string(), "{kind}");
        assert!(http_body::Body::is_end_stream(response.body()), "trailers-only: {kind}");
        let message = response.headers()["grpc-message"].to_str().unwrap();
        let unauthenticated = kind.status() == StatusCode::UNAUTHORIZED;
        assert_eq!(message, if unauthenticated { "unauthenticated" } else { kind.code() });
    }
}

#[tokio::test(start_paused = true)]
async fn a_grpc_sender_gets_a_grpc_status_with_retry_after_beside_it() {
    for host in HOSTS {
        let layer = stack().rate_limit(Quota::per_minute(3).unwrap()).with_rejection_response(GrpcStatus);
        let service = host.serve(layer.build().unwrap());
        let refused = send(&service, unsigned()).await;
        assert_eq!((refused.status.as_u16(), refused.header("grpc-status")), (200, Some("16")));
        assert_eq!(refused.rejection.unwrap().kind(), RejectionKind::SignatureMissing);
        assert_eq!(send(&service, ours("first")).await.status, 200);
        let again = send(&service, ours("first")).await;
        assert_eq!((again.status.as_u16(), again.header("grpc-status")), (200, Some("6")));
        let limited = send(&service, ours("second")).await;
        assert_eq!((limited.header("grpc-status"), limited.header("retry-after")), (Some("8"), Some("20")));
        assert!(limited.body.is_empty());
        assert_eq!(limited.rejection.unwrap().kind(), RejectionKind::RateLimited);
    }
}

/// gRPC says "failed" with HTTP 200: such an answer must not count as handled.
#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_the_grpc_way_gets_the_delivery_again() {
    let layer = stack().with_rejection_response(GrpcStatus).build().unwrap();
    let service = layer.layer(service_fn(|request: Request<Payload<Fresh>>| {
        let status = if request.headers().contains_key("x-fail") { "13" } else { "0" };
        ready(Ok::<_, Infallible>(
            Response::builder().header("grpc-status", status).body(Full::<Bytes>::default()).unwrap(),
        ))
    }));
    let failing = github(b"event").header("x-fail", "1").body(whole("event")).unwrap();
    for (request, expected) in [(failing, "13"), (ours("event"), "0"), (ours("event"), "6")] {
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["grpc-status"], expected);
    }
}

/// Not only the stack: each layer takes a hook.
#[tokio::test(start_paused = true)]
async fn a_closure_serves_a_single_layer() {
    let hook = |rejection: &Rejection| Response::builder().status(rejection.status()).body("slow down").unwrap();
    let limit = RateLimitLayer::by(Quota::per(Duration::from_secs(90), 1).unwrap(), |_| Some(Bucket::new("all")));
    let service = limit
        .with_rejection_response(hook)
        .clock(clock())
        .layer(service_fn(|_: Request<TestBody>| ready(Ok::<_, Infallible>(Response::new("welcome")))));
    assert_eq!(service.clone().oneshot(unsigned()).await.unwrap().into_body(), "welcome");
    let limited = service.oneshot(unsigned()).await.unwrap();
    assert_eq!((limited.headers()["retry-after"].as_bytes(), *limited.body()), (&b"90"[..], "slow down"));
}
