//! The signature is checked, and then the body is read.
use axum::{Router, routing::post};
use tower::ServiceBuilder;
use tower_webhook::{BufferedBodyLayer, Secret, SignatureVerifyLayer, Verifier, schemes};

fn main() {
    let secret = Secret::new("It's a Secret to Everybody").unwrap();
    let verify = SignatureVerifyLayer::new(Verifier::new(schemes::GITHUB, secret).unwrap());
    let stack = ServiceBuilder::new().layer(verify).layer(BufferedBodyLayer::new());
    let _: Router = Router::new().route("/", post(async || ())).layer(stack);
}
