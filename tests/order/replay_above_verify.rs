//! Anybody could fill the replay store, or use up a delivery that is yet to come.
use axum::{Router, routing::post};
use tower::ServiceBuilder;
use tower_webhook::{
    BufferedBodyLayer, MemoryReplayStore, ReplayGuardLayer, Secret, SignatureVerifyLayer, Verifier, schemes,
};

fn main() {
    let secret = Secret::new("It's a Secret to Everybody").unwrap();
    let verify = SignatureVerifyLayer::new(Verifier::new(schemes::GITHUB, secret).unwrap());
    let replay = ReplayGuardLayer::new(MemoryReplayStore::default());
    let stack = ServiceBuilder::new().layer(BufferedBodyLayer::new()).layer(replay).layer(verify);
    let _: Router = Router::new().route("/", post(async || ())).layer(stack);
}
