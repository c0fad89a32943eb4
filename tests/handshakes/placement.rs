//! Where challenges are answered: behind the limits, in every host, and on record.

use crate::common::{Hook, builder, json_post, post, secret, signed};
use axum::{Router, body::Body, routing};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, StreamBody};
use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};
use tower::{Layer, ServiceBuilder, ServiceExt};
use tower_webhook::{
    Answers, AuditLayer, BufferedBodyLayer, Handshake, HandshakeLayer, IpSet, PostOnlyLayer, Quota, RejectionKind,
    ReplayGuardLayer, SignatureVerifyLayer, Verifier, layers::audit::AuditRecord, rejection::StatusOnly, schemes,
    stores::MemoryReplayStore,
};

#[tokio::test]
async fn strangers_reach_no_handshake_past_the_allowlist_and_the_limits() {
    let elsewhere = builder().handshake(Handshake::dropbox()).allow(IpSet::parse(["198.51.100.0/24"]).unwrap());
    let answer = Hook::of(elsewhere.build().unwrap()).get("/?challenge=abc123").await;
    answer.is_refused(403, "abc123");

    let limited = builder().handshake(Handshake::dropbox()).rate_limit(Quota::per_minute(1).unwrap());
    let hook = Hook::of(limited.build().unwrap());
    assert_eq!(hook.get("/?challenge=abc123").await.status, 200);
    hook.get("/?challenge=abc123").await.is_refused(429, "abc123");
}

#[tokio::test]
async fn guessed_tokens_are_counted_like_guessed_signatures() {
    let layer = builder().handshake(Handshake::meta(secret("a verify token of ours")));
    let hook = Hook::of(layer.failure_limit(Quota::per_minute(2).unwrap()).build().unwrap());
    let guess = "/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=guess";
    hook.get(guess).await.is_refused(401, "guess");
    hook.get(guess).await.is_refused(401, "guess");
    let answer = hook.get(guess).await;
    assert_eq!(answer.rejection.unwrap().kind(), RejectionKind::RateLimited);
}

/// The body of what only looks like a challenge is read; that of a delivery without a signature is not.
#[tokio::test]
async fn only_what_looks_like_a_challenge_is_read_without_a_signature() {
    let layer = builder().handshake(Handshake::notion(async |_| tower_webhook::handshakes::Decision::Accept));
    let hook = layer.body_timeout(Duration::from_millis(20)).build().unwrap();
    let endless = || StreamBody::new(futures_util::stream::pending::<Result<http_body::Frame<Bytes>, Infallible>>());
    let app =
        hook.layer(tower::service_fn(async |_| Ok::<_, Infallible>(http::Response::new(Full::<Bytes>::default()))));
    let send = |request: http::request::Builder| app.clone().oneshot(request.body(endless()).unwrap());
    assert_eq!(send(json_post()).await.unwrap().status(), StatusCode::REQUEST_TIMEOUT);
    for unread in
        [json_post().header("content-length", 100_000), post(), json_post().header("x-notion-signature", "sha256=00")]
    {
        assert_eq!(send(unread).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn axum_answers_challenges_and_deliveries_on_one_route() {
    let layer = builder().handshake(Handshake::dropbox()).handshake(Handshake::slack()).answers(Answers::adyen());
    let layer = layer.build().unwrap();
    let routes = [
        routing::any(async || ()).layer(layer.clone()),
        // `layer`, unlike `route_layer`, is around axum's own 405 too.
        routing::post(async || ()).layer(layer),
    ];
    for (n, route) in routes.into_iter().enumerate() {
        let app: Router = Router::new().route("/hook", route);
        let send = async |request: Request<Body>| {
            let response = app.clone().oneshot(request).await.unwrap();
            let (head, body) = response.into_parts();
            (head, body.collect().await.unwrap().to_bytes())
        };
        let (head, body) = send(Request::get("/hook?challenge=abc123").body(Body::empty()).unwrap()).await;
        assert_eq!((head.status, &body[..]), (StatusCode::OK, &b"abc123"[..]));
        let (head, _) = send(Request::get("/hook").body(Body::empty()).unwrap()).await;
        assert_eq!(head.status, StatusCode::METHOD_NOT_ALLOWED);

        let event = format!(r#"{{"n":{n}}}"#);
        let delivery = signed(json_post(), &event).body(Body::from(event.clone())).unwrap();
        let (head, body) = send(delivery).await;
        assert_eq!((head.status, &body[..]), (StatusCode::OK, &b"[accepted]"[..]));
        assert_eq!(head.headers["content-length"], "10");
    }
}

#[tokio::test]
async fn a_stack_of_ones_own_answers_both_sorts() {
    let verifier = Verifier::new(schemes::GITHUB, secret(crate::common::SECRET)).unwrap();
    let challenge = Handshake::dropbox().or(Handshake::okta());
    let stack = ServiceBuilder::new()
        .layer(PostOnlyLayer::new().handshake(challenge.clone()))
        .layer(BufferedBodyLayer::new().precheck(verifier.clone()).handshake(challenge.clone()))
        .layer(HandshakeLayer::new(challenge))
        .layer(SignatureVerifyLayer::new(verifier))
        .layer(HandshakeLayer::new(Handshake::twitch()).with_rejection_response(StatusOnly))
        .layer(ReplayGuardLayer::new(MemoryReplayStore::default()));
    let hook = Hook::of(stack);
    hook.get("/?challenge=abc123").await.is_text("dropbox", "abc123");
    let ask = Request::get("/").header("x-okta-verification-challenge", "8T3zn");
    hook.send(ask, "").await.is_json("okta", r#"{"verification":"8T3zn"}"#);
    let body = r#"{"challenge":"pogchamp"}"#;
    let twitch = json_post().header("twitch-eventsub-message-type", "webhook_callback_verification");
    hook.send(signed(twitch, body), body).await.is_text("twitch", "pogchamp");
    hook.get("/").await.is_refused(405, "challenge");
    assert_eq!(hook.calls(), 0);
}

#[tokio::test]
async fn an_audit_tells_whose_challenge_was_answered() {
    let records = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&records);
    let stack = ServiceBuilder::new()
        .layer(AuditLayer::new(move |record: AuditRecord| sink.lock().unwrap().push(record)))
        .layer(builder().handshake(Handshake::dropbox()).build().unwrap());
    let hook = Hook::of(stack);
    hook.get("/?challenge=abc123").await;
    hook.get("/").await;
    let outcomes: Vec<_> = records.lock().unwrap().iter().map(|record| record.outcome().code()).collect();
    assert_eq!(outcomes, ["answered", "method_not_allowed"]);
}

#[test]
fn handshakes_print_no_token() {
    let handshake = Handshake::meta(secret("hunter2hunter2hunter2"))
        .or(Handshake::x(secret("hunter2hunter2hunter2")))
        .url_token("key", secret("hunter2hunter2hunter2"));
    assert_eq!(format!("{handshake:?}"), r#"["meta", "x"]"#);
    assert!(!format!("{:?}", HandshakeLayer::new(handshake)).contains("hunter2"));
}

#[test]
fn a_callback_must_have_time() {
    assert!(HandshakeLayer::new(Handshake::dropbox()).decision_timeout(Duration::ZERO).is_err());
    assert!(builder().decision_timeout(Duration::ZERO).build().is_err());
}
