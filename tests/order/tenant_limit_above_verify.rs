//! Anybody could spend a tenant's quota.
use axum::{Router, routing::post};
use tower::ServiceBuilder;
use tower_webhook::{BufferedBodyLayer, Quota, RateLimitLayer, Secret, SignatureVerifyLayer, Verifier, schemes};

fn main() {
    let secret = Secret::new("It's a Secret to Everybody").unwrap();
    let verify = SignatureVerifyLayer::new(Verifier::new(schemes::GITHUB, secret).unwrap());
    let limit = RateLimitLayer::by_tenant(Quota::per_second(10).unwrap());
    let stack = ServiceBuilder::new().layer(BufferedBodyLayer::new()).layer(limit).layer(verify);
    let _: Router = Router::new().route("/", post(async || ())).layer(stack);
}
