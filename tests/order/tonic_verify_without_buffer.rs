//! tonic's body is a stream, too: nobody has read it.
use tonic::{service::Routes, transport::Server};
use tower_webhook::{Secret, SignatureVerifyLayer, Verifier, rejection::GrpcStatus, schemes};

fn main() {
    let secret = Secret::new("It's a Secret to Everybody").unwrap();
    let verify = SignatureVerifyLayer::new(Verifier::new(schemes::GITHUB, secret).unwrap())
        .with_rejection_response(GrpcStatus);
    let router = Server::builder().layer(verify).add_routes(Routes::default());
    drop(router.serve(([127, 0, 0, 1], 0).into()));
}
