//! Under axum 0.8, in every place where a layer can stand.

use crate::common::{
    Calls, assert_rejected, builder, clock, forged, github, github_of, kind, logs::Logs, secret, text,
};
use axum::{
    Extension, Router,
    body::Body,
    extract::{DefaultBodyLimit, State},
    handler::Handler,
    routing::{MethodRouter, post, post_service},
};
use bytes::Bytes;
use http::{Request, StatusCode};
use serde::Deserialize;
use std::{net::SocketAddr, time::Duration};
use tower::{Layer as _, ServiceBuilder, ServiceExt as _, util::option_layer};
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, SetRequestIdLayer},
    timeout::TimeoutLayer,
    trace::TraceLayer,
};
use tower_webhook::{
    AuditLayer, BufferedBodyLayer, ClientIpLayer, FailureLimitLayer, InFlightLimitLayer, IpAllowlistLayer, IpSet,
    MemoryReplayStore, PostOnlyLayer, Quota, RateLimitLayer, RejectionKind, ReplayGuardLayer, SignatureVerifyLayer,
    VerifiedEvent, Verifier, WebhookLayer,
    axum::Event,
    rejection::{Rejection, Reported, StatusOnly},
    schemes::{self, Recipe},
};

fn verifier() -> Verifier<Recipe> {
    Verifier::new(schemes::GITHUB, secret()).unwrap().clock(clock())
}

fn buffer() -> BufferedBodyLayer<Verifier<Recipe>> {
    BufferedBodyLayer::new().precheck(verifier())
}

fn verify() -> SignatureVerifyLayer<Recipe> {
    SignatureVerifyLayer::new(verifier())
}

fn replay() -> ReplayGuardLayer {
    ReplayGuardLayer::new(MemoryReplayStore::new(100).unwrap())
}

fn whole() -> WebhookLayer<Recipe> {
    builder(&clock()).build().unwrap()
}

/// axum's `Bytes` are the very allocation that was signed, and so are the event's.
async fn on_push(event: VerifiedEvent, Extension(sent): Extension<Sent>, body: Bytes) -> String {
    assert_eq!(body.as_ptr(), event.payload().as_ptr());
    assert_eq!(body.as_ptr().addr(), sent.0, "what was received was copied on its way");
    format!("{} {}", event.scheme(), event.kind().unwrap())
}

/// Where the body lay when it was sent.
#[derive(Clone, Copy)]
struct Sent(usize);

fn delivery(payload: &str) -> Request<Body> {
    let payload = Bytes::from(payload.to_owned());
    let mut request: Request<Body> = github_of(payload.clone());
    request.extensions_mut().insert(Sent(payload.as_ptr().addr()));
    request
}

async fn check(app: Router) {
    let send = |request| app.clone().oneshot(request);
    let response = send(delivery("{}")).await.unwrap();
    assert_eq!((kind(&response), response.status().as_u16()), (None, 200));
    assert_eq!(text(response).await, "github push");
    assert_rejected(&send(delivery("{}")).await.unwrap(), RejectionKind::Duplicate);
    assert_rejected(&send(forged("{}")).await.unwrap(), RejectionKind::SignatureMismatch);
    let long = "x".repeat((1 << 20) + 1);
    assert_rejected(&send(delivery(&long)).await.unwrap(), RejectionKind::PayloadTooLarge);
}

fn at_hook(methods: MethodRouter) -> Router {
    Router::new().route("/hook", methods)
}

#[tokio::test(start_paused = true)]
async fn the_whole_stack_stands_wherever_a_layer_can() {
    check(at_hook(post(on_push)).layer(whole())).await;
    check(at_hook(post(on_push)).route_layer(whole())).await;
    check(at_hook(post(on_push).layer(whole()))).await;
    check(at_hook(post(on_push).route_layer(whole()))).await;
    check(at_hook(post(on_push.layer(whole())))).await;
    check(at_hook(post(on_push)).layer(ServiceBuilder::new().layer(whole()))).await;
    check(at_hook(post(on_push)).layer((whole(),))).await;
    check(at_hook(post(on_push)).layer(option_layer(Some(whole())))).await;
    check(at_hook(post(on_push)).layer(ServiceBuilder::new().option_layer(Some(whole())))).await;
    check(Router::new().fallback(on_push).layer(whole())).await;
}

#[tokio::test(start_paused = true)]
async fn single_layers_stand_wherever_a_layer_can() {
    let tuple = || (buffer(), verify(), replay());
    check(at_hook(post(on_push)).layer(tuple())).await;
    check(at_hook(post(on_push)).route_layer(tuple())).await;
    check(at_hook(post(on_push).layer(tuple()))).await;
    check(at_hook(post(on_push).route_layer(tuple()))).await;
    check(at_hook(post(on_push.layer(tuple())))).await;
    let stack = ServiceBuilder::new().layer(buffer()).layer(verify()).layer(replay());
    check(at_hook(post(on_push)).layer(stack)).await;
    let allowlist: Option<IpAllowlistLayer> = None;
    check(at_hook(post(on_push)).layer((option_layer(allowlist), buffer(), verify(), replay()))).await;
}

#[tokio::test(start_paused = true)]
async fn every_layer_at_once_by_hand() {
    let quota = Quota::per_second(100).unwrap();
    let stack = ServiceBuilder::new()
        .layer(AuditLayer::new(|_| {}))
        .layer(PostOnlyLayer::new())
        .layer(ClientIpLayer::new())
        .layer(IpAllowlistLayer::new(IpSet::parse(["192.0.2.0/24"]).unwrap()))
        .layer(InFlightLimitLayer::new(10).unwrap())
        .layer(FailureLimitLayer::by_client_ip(quota))
        .layer(RateLimitLayer::by_client_ip(quota))
        .layer(buffer())
        .layer(verify())
        .layer(RateLimitLayer::by_tenant(quota))
        .layer(replay());
    check(at_hook(post(on_push)).layer(stack)).await;
}

#[tokio::test(start_paused = true)]
async fn nested_with_state() {
    #[derive(Clone)]
    struct App {
        greeting: &'static str,
    }
    let with_state =
        async |State(app): State<App>, event: VerifiedEvent| format!("{} {}", app.greeting, event.scheme());
    let hooks = Router::new().route("/hook", post(with_state)).layer(whole());
    let app: Router = Router::new().nest("/in", hooks).with_state(App { greeting: "hello" });
    let mut request = github("{}");
    *request.uri_mut() = "/in/hook".parse().unwrap();
    assert_eq!(text(app.oneshot(request).await.unwrap()).await, "hello github");
}

#[tokio::test(start_paused = true)]
async fn layers_of_others_stand_between_ours() {
    let timeout = || TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(5));
    let stack = ServiceBuilder::new()
        .layer(TraceLayer::new_for_http())
        .layer(CatchPanicLayer::new())
        .layer(buffer())
        .layer(timeout())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(verify())
        .layer(Extension(7_u8))
        .layer(replay())
        .layer(timeout());
    check(at_hook(post(on_push)).layer(stack)).await;
    // One that changes the type of the response body, below: with a rendering that does not mind.
    let stack = ServiceBuilder::new()
        .layer(buffer().with_rejection_response(StatusOnly))
        .layer(verify().with_rejection_response(StatusOnly))
        .layer(replay().with_rejection_response(StatusOnly))
        .layer(CatchPanicLayer::new());
    check(at_hook(post(on_push)).layer(stack)).await;
}

#[tokio::test(start_paused = true)]
async fn an_inner_timeout_releases_the_claim() {
    let calls = Calls::default();
    let slow = {
        let calls = calls.clone();
        async move |_: VerifiedEvent| {
            if calls.one_more() == 1 {
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
            "done"
        }
    };
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, Duration::from_secs(5));
    let app = at_hook(post(slow)).layer((buffer(), verify(), replay(), timeout));
    assert_eq!(app.clone().oneshot(github("{}")).await.unwrap().status(), 408);
    assert_eq!(app.clone().oneshot(github("{}")).await.unwrap().status(), 200);
    assert_eq!(calls.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn where_it_stands_decides_about_404_and_405() {
    let apps: [(&str, Router); 5] = [
        ("Router::layer", at_hook(post(on_push)).layer(whole())),
        ("Router::route_layer", at_hook(post(on_push)).route_layer(whole())),
        ("MethodRouter::layer", at_hook(post(on_push).layer(whole()))),
        ("MethodRouter::route_layer", at_hook(post(on_push).route_layer(whole()))),
        ("Handler::layer", at_hook(post(on_push.layer(whole())))),
    ];
    let mut seen = Vec::new();
    for (place, app) in apps {
        let mut statuses = Vec::new();
        for (method, path) in [("GET", "/other"), ("POST", "/other"), ("GET", "/hook"), ("POST", "/hook")] {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            let response = app.clone().oneshot(request).await.unwrap();
            if response.status() == 405 {
                assert_eq!(response.headers()["allow"], "POST", "{place}");
            }
            statuses.push(response.status().as_u16());
        }
        seen.push((place, statuses));
    }
    // An unknown path by GET and POST; the hook by GET, and by POST without a signature.
    let expected = [
        ("Router::layer", vec![405, 401, 405, 401]),
        ("Router::route_layer", vec![404, 404, 405, 401]),
        ("MethodRouter::layer", vec![404, 404, 405, 401]),
        ("MethodRouter::route_layer", vec![404, 404, 405, 401]),
        ("Handler::layer", vec![404, 404, 405, 401]),
    ];
    assert_eq!(seen, expected);
}

#[derive(Deserialize)]
struct Push {
    after: String,
}

#[tokio::test(start_paused = true)]
async fn an_event_is_read_as_json_after_it_was_verified() {
    let calls = Calls::default();
    let handler = {
        let calls = calls.clone();
        async move |Event { payload, event, .. }: Event<Push>| {
            calls.one_more();
            assert!(event.reported().is_none());
            payload.after
        }
    };
    let app = at_hook(post(handler.clone()).route_layer(whole()));
    assert_eq!(text(app.clone().oneshot(github(r#"{"after":"6dcb09b"}"#)).await.unwrap()).await, "6dcb09b");
    for (payload, sentence) in [("{}", "JSON of another shape"), ("not JSON", "not JSON"), ("", "not JSON")] {
        // A 422 is no success: the sender may try again when the handler has been mended.
        for _ in 0..2 {
            let response = app.clone().oneshot(github(payload)).await.unwrap();
            assert_eq!(response.status(), 422);
            let body = text(response).await;
            assert!(body.contains(sentence), "{body}");
        }
    }
    assert_eq!(calls.count(), 1);

    // Without the layers the handler never runs, and the log says what is missing.
    let logs = Logs::capture();
    let bare = at_hook(post(handler));
    let response = bare.oneshot(github(r#"{"after":"6dcb09b"}"#)).await.unwrap();
    assert_eq!((response.status().as_u16(), text(response).await), (500, String::new()));
    assert!(logs.errors()[0].contains("WebhookLayer"), "{:?}", logs.errors());
    let bare = at_hook(post(on_push));
    assert_eq!(bare.oneshot(delivery("{}")).await.unwrap().status(), 500);
    assert_eq!(calls.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_typed_handler_makes_the_layers_compulsory() {
    let handler = tower::service_fn(async |request: Request<tower_webhook::Payload<tower_webhook::Fresh>>| {
        let event = request.body().event();
        assert_eq!(event.payload().as_ptr().addr(), request.extensions().get::<Sent>().unwrap().0);
        Ok::<_, std::convert::Infallible>(http::Response::new(Body::from(format!(
            "{} {}",
            event.scheme(),
            event.kind().unwrap()
        ))))
    });
    check(Router::new().route("/hook", post_service(whole().layer(handler)))).await;
    let by_hand = ServiceBuilder::new().layer((buffer(), verify(), replay())).service(handler);
    check(Router::new().route("/hook", post_service(by_hand))).await;
}

/// axum's own limit of 2 MiB stands in front of `Bytes`, whatever was buffered; not in front of the event.
#[tokio::test(start_paused = true)]
async fn the_body_limit_of_axum_applies_to_its_own_extractors_alone() {
    let large = "x".repeat(3 << 20);
    let layer = || builder(&clock()).body_limit(8 << 20).build().unwrap();
    let send = |app: Router| app.oneshot(github(&large));
    let bytes = || post(async |body: Bytes| body.len().to_string());
    let app = at_hook(bytes().route_layer(layer()));
    let response = send(app).await.unwrap();
    assert_eq!((kind(&response), response.status().as_u16()), (None, 413));
    let app = at_hook(bytes().route_layer(layer())).layer(DefaultBodyLimit::disable());
    assert_eq!(text(send(app).await.unwrap()).await, (3 << 20).to_string());
    let event = post(async |event: VerifiedEvent| event.payload().len().to_string());
    let app = at_hook(event.route_layer(layer()));
    assert_eq!(text(send(app).await.unwrap()).await, (3 << 20).to_string());
}

#[tokio::test(start_paused = true)]
async fn the_peer_is_known_from_connect_info() {
    let layer = builder(&clock()).allow(IpSet::parse(["192.0.2.0/24"]).unwrap()).build().unwrap();
    let who = async |event: VerifiedEvent| event.client_ip().unwrap().to_string();
    let app = at_hook(post(who).route_layer(layer));
    let from = |connection: Option<[u8; 4]>, payload: &str| {
        let mut request = github(payload);
        request.extensions_mut().clear();
        if let Some(address) = connection {
            request.extensions_mut().insert(axum::extract::ConnectInfo(SocketAddr::from((address, 4000))));
        }
        app.clone().oneshot(request)
    };
    assert_eq!(text(from(Some([192, 0, 2, 8]), "1").await.unwrap()).await, "192.0.2.8");
    assert_rejected(&from(Some([203, 0, 113, 1]), "2").await.unwrap(), RejectionKind::IpNotAllowed);
    let logs = Logs::capture();
    assert_rejected(&from(None, "3").await.unwrap(), RejectionKind::PeerUnknown);
    let errors = logs.errors();
    assert!(errors.len() == 1 && errors[0].contains("into_make_service_with_connect_info"), "{errors:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rejection_is_rendered_here_or_further_out() {
    let own = builder(&clock())
        .with_rejection_response(|rejection: &Rejection| {
            http::Response::builder().status(rejection.status()).body(Body::from("no")).unwrap()
        })
        .build()
        .unwrap();
    let app = at_hook(post(on_push).route_layer(own));
    let response = app.oneshot(forged("{}")).await.unwrap();
    assert_rejected(&response, RejectionKind::SignatureMismatch);
    assert_eq!(text(response).await, "no");

    let outside = tower::util::MapResponseLayer::new(|response: http::Response<Body>| {
        let code = response.extensions().get::<Rejection>().map_or("none", |rejection| rejection.kind().code());
        response.map(|_| Body::from(code))
    });
    let app = at_hook(post(on_push).route_layer(whole())).layer(outside);
    assert_eq!(text(app.oneshot(forged("{}")).await.unwrap()).await, "signature_mismatch");
}

#[tokio::test(start_paused = true)]
async fn report_only_is_seen_by_an_axum_handler() {
    let layer = builder(&clock()).insecure_report_only().build().unwrap();
    let handler = async |event: VerifiedEvent, Extension(reported): Extension<Reported>| {
        assert_eq!(event.reported().unwrap().kind(), reported.rejections()[0].kind());
        event.reported().unwrap().kind().code()
    };
    let app = at_hook(post(handler).route_layer(layer));
    assert_eq!(text(app.oneshot(forged("{}")).await.unwrap()).await, "signature_mismatch");
}

/// What every service of the crate has to be, in any form.
#[tokio::test(start_paused = true)]
async fn everything_is_send_sync_and_static() {
    fn is<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn future<F: Future + Send + 'static>(_: F) {}
    is(&whole());
    is(&(buffer(), verify(), replay()));
    let inner = tower::service_fn(async |_: Request<tower_webhook::Payload<tower_webhook::Fresh>>| {
        Ok::<_, std::convert::Infallible>(http::Response::new(Body::empty()))
    });
    let service = whole().layer(inner);
    is(&service);
    future(service.oneshot(github("{}")));
}
