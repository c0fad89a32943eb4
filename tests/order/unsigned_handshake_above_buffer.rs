//! An unsigned challenge is answered before the limits and the body, by whatever body there is.
use axum::{Router, routing::post};
use tower::ServiceBuilder;
use tower_webhook::{BufferedBodyLayer, Handshake, HandshakeLayer};

fn main() {
    let stack =
        ServiceBuilder::new().layer(HandshakeLayer::new(Handshake::dropbox())).layer(BufferedBodyLayer::new());
    let _: Router = Router::new().route("/", post(async || ()).layer(stack));
}
