//! The replay guard stands there, and nobody checks the signature.
use axum::{Router, routing::post};
use tower::ServiceBuilder;
use tower_webhook::{BufferedBodyLayer, MemoryReplayStore, ReplayGuardLayer};

fn main() {
    let replay = ReplayGuardLayer::new(MemoryReplayStore::default());
    let stack = ServiceBuilder::new().layer(BufferedBodyLayer::new()).layer(replay);
    let _: Router = Router::new().route("/", post(async || ())).layer(stack);
}
