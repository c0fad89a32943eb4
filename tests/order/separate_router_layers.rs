//! The right order, but in calls of their own: after each, axum starts over from its own body type.
use axum::{Router, routing::post};
use tower_webhook::{
    BufferedBodyLayer, MemoryReplayStore, ReplayGuardLayer, Secret, SignatureVerifyLayer, Verifier, schemes,
};

fn main() {
    let secret = Secret::new("It's a Secret to Everybody").unwrap();
    let verify = SignatureVerifyLayer::new(Verifier::new(schemes::GITHUB, secret).unwrap());
    let replay = ReplayGuardLayer::new(MemoryReplayStore::default());
    let _: Router = Router::new()
        .route("/", post(async || ()))
        .layer(replay)
        .layer(verify)
        .layer(BufferedBodyLayer::new());
}
