//! The handler wants a delivery that is new, and nobody has looked whether it is.
use axum::{Router, body::Body, routing::post_service};
use http::{Request, Response};
use std::convert::Infallible;
use tower::ServiceBuilder;
use tower_webhook::{BufferedBodyLayer, Fresh, Payload, Secret, SignatureVerifyLayer, Verifier, schemes};

async fn handle(request: Request<Payload<Fresh>>) -> Result<Response<Body>, Infallible> {
    Ok(Response::new(Body::from(request.into_body().into_bytes())))
}

fn main() {
    let secret = Secret::new("It's a Secret to Everybody").unwrap();
    let verify = SignatureVerifyLayer::new(Verifier::new(schemes::GITHUB, secret).unwrap());
    let service = ServiceBuilder::new().layer(BufferedBodyLayer::new()).layer(verify).service_fn(handle);
    let _: Router = Router::new().route("/", post_service(service));
}
