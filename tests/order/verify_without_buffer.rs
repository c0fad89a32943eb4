//! The signature is checked on a body nobody has read.
use axum::{Router, routing::post};
use tower_webhook::{Secret, SignatureVerifyLayer, Verifier, schemes};

fn main() {
    let secret = Secret::new("It's a Secret to Everybody").unwrap();
    let verify = SignatureVerifyLayer::new(Verifier::new(schemes::GITHUB, secret).unwrap());
    let _: Router = Router::new().route("/", post(async || ())).layer(verify);
}
