//! Webhooks on bare hyper: no router, HTTP/1 and HTTP/2 on one port, and the single layers put together by hand.
//!
//! ```sh
//! cargo run --example hyper_bare
//! ```

mod support;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::{convert::Infallible, error::Error, time::Duration};
use support::{demo, serve};
use tower::{ServiceBuilder, ServiceExt};
use tower_webhook::{
    BufferedBodyLayer, ClientIpLayer, Fresh, InFlightLimitLayer, MemoryReplayStore, Payload, PeerAddr, PostOnlyLayer,
    Quota, RateLimitLayer, ReplayGuardLayer, SignatureVerifyLayer, Verifier, schemes,
};

async fn on_event(request: Request<Payload<Fresh>>) -> Result<Response<Full<Bytes>>, Infallible> {
    let event = request.body().event();
    println!(
        "accepted {}: scheme={} id={} bytes={}",
        request.uri().path(),
        event.scheme(),
        event.id().unwrap_or("-").escape_debug(),
        event.payload().len(),
    );
    Ok(Response::new(Full::from("received\n")))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (variable, demo_secret) = ("STRIPE_SECRET", "whsec_demo_stripe_secret");
    let verifier = Verifier::new(schemes::STRIPE, demo::secret(variable, demo_secret)?)?;
    let replay = ReplayGuardLayer::new(MemoryReplayStore::new(100_000)?).retention(Duration::from_secs(3600))?;
    // `WebhookLayer` asks this by itself; by hand it is up to you.
    replay.check_retention(&schemes::STRIPE)?;

    // What a request meets, from the top down. Swap any two of the last three and this does not compile.
    let webhook = ServiceBuilder::new()
        .layer(PostOnlyLayer::new())
        // No header is believed: behind a proxy, name it with `trusted_proxies`.
        .layer(ClientIpLayer::new())
        .layer(InFlightLimitLayer::new(256)?)
        .layer(RateLimitLayer::by_client_ip(Quota::per_second(50)?.burst(100)?))
        // The precheck spares the body of a request whose headers are hopeless.
        .layer(BufferedBodyLayer::new().limit(1 << 20)?.timeout(Duration::from_secs(5))?.precheck(verifier.clone()))
        .layer(SignatureVerifyLayer::new(verifier))
        .layer(replay)
        .service_fn(on_event);

    let listener = serve::listen().await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let signing = format!(
        r#"set -- -H "Stripe-Signature: t=$ts,v1=$(printf %s "$ts.$body" | {hmac})""#,
        hmac = demo::HMAC_SHA256
    );
    demo::print_commands("hyper", &url, variable, demo_secret, &signing);
    println!();

    loop {
        let (socket, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, or a client that gave up: neither is a reason to stop.
                eprintln!("accept: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // hyper does not tell a service who is calling; `ClientIpLayer` asks for this.
        let service = webhook.clone().map_request(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(PeerAddr::from(peer));
            request
        });
        tokio::spawn(async move {
            let mut server = Builder::new(TokioExecutor::new());
            // Without these, a client that sends half a request holds its connection for ever.
            server.http1().timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(10));
            server.http2().timer(TokioTimer::new()).keep_alive_interval(Duration::from_secs(20));
            // A connection that breaks is the client's affair.
            let _ = server.serve_connection(TokioIo::new(socket), TowerToHyperService::new(service)).await;
        });
    }
}
