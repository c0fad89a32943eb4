//! The same in an axum router, with a handler that takes the bytes or reads the JSON.

use crate::{
    Hash, Section, calls,
    deliveries::{Delivery, SECRET, body, secret, signed},
    services::{REACHED, service},
    versioned,
};
use axum::{
    Json, Router,
    body::Body,
    error_handling::HandleErrorLayer,
    extract::ConnectInfo,
    routing::{MethodRouter, post},
};
use axum_github_webhook_extract::{GithubEvent, GithubToken};
use bytes::Bytes;
use http::{Request, StatusCode};
use serde::de::IgnoredAny;
use std::{hint::black_box, net::SocketAddr, sync::Arc};
use tower::{ServiceBuilder, util::MapRequestLayer};
use tower_webhook::{
    BufferedBodyLayer, MemoryReplayStore, SignatureVerifyLayer, VerifiedEvent, Verifier, WebhookLayer, axum::Event,
    schemes,
};

const NOTES: &str = "One route, called without a connection. The bare route whose handler gets the bytes is subtracted \
    from those whose handler gets the bytes, and the one whose handler reads JSON (checked and thrown away) from those \
    that read it. `webhook-verify`'s layer does not fit into a route by itself: `HandleErrorLayer` stands above it and \
    `MapRequestLayer` below.";

const BYTES: &str = "bare route, bytes";
const JSON: &str = "bare route, JSON";

pub fn section(size: usize) -> Section {
    let ours = |name: &str| format!("**tower-webhook**, {name}");
    let verifier = Verifier::new(schemes::GITHUB, secret()).unwrap();
    let signature = (BufferedBodyLayer::new(), SignatureVerifyLayer::new(verifier));
    let store = MemoryReplayStore::new(10_000_000).unwrap();
    let webhook = WebhookLayer::builder(schemes::GITHUB, secret()).replay_store(store).build().unwrap();
    let webhook_verify = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(async |_: tower::BoxError| StatusCode::INTERNAL_SERVER_ERROR))
        .layer(webhook_verify::tower::VerifyLayer::<Bytes>::new(
            webhook_verify::Provider::GitHub,
            webhook_verify::Secret::new(SECRET),
        ))
        .layer(MapRequestLayer::new(|request: Request<Bytes>| request.map(Body::from)));
    let tower_github = tower_github_webhook::ValidateGitHubWebhookLayer::new(SECRET);
    let extract = Router::new().route("/", post(github_event)).with_state(GithubToken(Arc::new(SECRET.to_owned())));

    let case = |name: String, hash: Option<Hash>, route: Router| service(name, hash, route, size, request);
    let mut variants =
        vec![case(BYTES.to_owned(), None, router(post(bytes))), case(JSON.to_owned(), None, router(post(json)))];
    variants.extend(calls::bare(&signed(&schemes::GITHUB, body(size))));
    let routes = [
        (ours("signature, bytes"), Hash::ours(), BYTES, router(post(bytes).route_layer(signature.clone()))),
        (ours("signature, `VerifiedEvent`"), Hash::ours(), BYTES, router(post(event).route_layer(signature.clone()))),
        (ours("`WebhookLayer`, `VerifiedEvent`"), Hash::ours(), BYTES, router(post(event).route_layer(webhook))),
        (
            format!("{}, bytes", versioned("webhook-verify")),
            Hash::Sha2,
            BYTES,
            router(post(bytes).route_layer(webhook_verify)),
        ),
        (
            format!("{}, bytes", versioned("tower-github-webhook")),
            Hash::Sha2Old,
            BYTES,
            router(post(bytes).route_layer(tower_github)),
        ),
        (ours("signature, `Event` (JSON)"), Hash::ours(), JSON, router(post(json_event).route_layer(signature))),
        (format!("{}, JSON", versioned("axum-github-webhook-extract")), Hash::HmacSha256, JSON, extract),
    ];
    variants.extend(routes.map(|(name, hash, without, route)| case(name, Some(hash), route).without(without)));
    Section { title: String::new(), notes: NOTES, reference: Hash::Sha2.bare(), variants, calls: calls::calls(size) }
}

fn request(Delivery { head, body }: Delivery) -> Request<Body> {
    let mut request = Request::from_parts(head, Body::from(body));
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 52044))));
    request
}

fn router(route: MethodRouter) -> Router {
    Router::new().route("/", route)
}

async fn bytes(body: Bytes) -> StatusCode {
    black_box(body);
    REACHED
}

/// It may be refused for being no JSON, which one of the forgeries is not: that is not for this handler to say.
async fn json(body: Result<Json<IgnoredAny>, axum::extract::rejection::JsonRejection>) -> StatusCode {
    let _ = black_box(body);
    REACHED
}

async fn event(event: VerifiedEvent) -> StatusCode {
    black_box(event);
    REACHED
}

async fn json_event(event: Event<IgnoredAny>) -> StatusCode {
    black_box(event);
    REACHED
}

async fn github_event(event: GithubEvent<IgnoredAny>) -> StatusCode {
    let _ = black_box(event);
    REACHED
}
