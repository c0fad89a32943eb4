//! A signed challenge is answered before anybody has checked the signature.
use axum::{Router, routing::post};
use tower::ServiceBuilder;
use tower_webhook::{BufferedBodyLayer, Handshake, HandshakeLayer, Secret, SignatureVerifyLayer, Verifier, schemes};

fn main() {
    let secret = Secret::new("It's a Secret to Everybody").unwrap();
    let verify = SignatureVerifyLayer::new(Verifier::new(schemes::SLACK, secret).unwrap());
    let stack =
        ServiceBuilder::new().layer(BufferedBodyLayer::new()).layer(HandshakeLayer::new(Handshake::slack())).layer(verify);
    let _: Router = Router::new().route("/", post(async || ()).layer(stack));
}
