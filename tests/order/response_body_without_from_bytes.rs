//! `TraceLayer` wraps the response body, below the layer that has to make one.
use axum::{Router, routing::post};
use tower::ServiceBuilder;
use tower_http::trace::TraceLayer;
use tower_webhook::BufferedBodyLayer;

fn main() {
    let stack = ServiceBuilder::new().layer(BufferedBodyLayer::new()).layer(TraceLayer::new_for_http());
    let _: Router = Router::new().route("/", post(async || ())).layer(stack);
}
