//! What the layers add to a service that does nothing: each of the five alone, then all of them.
//!
//! `cargo bench --bench stack --features testing`
#![allow(clippy::unwrap_used, missing_docs)]

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use http::{Request, Response};
use http_body_util::Full;
use std::{convert::Infallible, hint::black_box, net::IpAddr};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_webhook::{
    BufferedBodyLayer, ClientIpLayer, IpAllowlistLayer, IpSet, MemoryReplayStore, PeerAddr, Quota, RateLimitLayer,
    ReplayGuardLayer, Secret, SignatureVerifyLayer, Verifier, schemes, testing,
};

/// Answers at once and never looks at the body.
fn inner<B>() -> impl Service<Request<B>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone {
    service_fn(|request: Request<B>| {
        black_box(request);
        std::future::ready(Ok(Response::new(Full::default())))
    })
}

fn run<S>(criterion: &mut Criterion, group: &str, name: &str, service: S, request: impl Fn() -> Request<Full<Bytes>>)
where
    S: Service<Request<Full<Bytes>>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _entered = runtime.enter();
    let status = runtime.block_on(service.clone().oneshot(request())).unwrap().status();
    assert!(status.is_success(), "{name}: {status}");
    criterion.benchmark_group(group).throughput(Throughput::Elements(1)).bench_function(name, |bencher| {
        let mut service = service.clone();
        bencher.iter_batched(
            &request,
            |request| futures_util::FutureExt::now_or_never(service.call(request)).unwrap().unwrap(),
            BatchSize::SmallInput,
        );
    });
}

fn stack(criterion: &mut Criterion) {
    let secret = Secret::new("a secret of more than 16 bytes").unwrap();
    let addresses = || IpSet::parse(["192.0.2.0/24", "2001:db8::/32"]).unwrap();
    let quota = Quota::per_second(1_000_000_000).unwrap();
    for size in [1 << 10, 64 << 10] {
        let group = format!("stack, {} KiB", size >> 10);
        let signed = testing::sign(&schemes::GITHUB, &secret).body(vec![b'x'; size]).build().unwrap();
        let (head, body) = signed.into_parts();
        let body = futures_util::FutureExt::now_or_never(http_body_util::BodyExt::collect(body)).unwrap();
        let body = body.unwrap().to_bytes();
        let request = move || {
            let mut request = Request::from_parts(head.clone(), Full::new(body.clone()));
            request.extensions_mut().insert(PeerAddr::new(IpAddr::from([192, 0, 2, 1])));
            request
        };
        let verifier = Verifier::new(schemes::GITHUB, secret.clone()).unwrap();
        let client_ip = ClientIpLayer::new();
        let allowlist = IpAllowlistLayer::new(addresses());
        let limit = RateLimitLayer::by_client_ip(quota);
        let buffer = BufferedBodyLayer::new().precheck(verifier.clone());
        let verify = SignatureVerifyLayer::new(verifier);
        // The same delivery each time: it is handled once and then known, which is what the store costs.
        let guard = ReplayGuardLayer::new(MemoryReplayStore::default());

        run(criterion, &group, "inner service alone", inner(), &request);
        run(criterion, &group, "client IP", client_ip.layer(inner()), &request);
        run(criterion, &group, "allowlist", (client_ip.clone(), allowlist.clone()).layer(inner()), &request);
        run(criterion, &group, "rate limit", (client_ip.clone(), limit.clone()).layer(inner()), &request);
        run(criterion, &group, "buffer", buffer.layer(inner()), &request);
        run(criterion, &group, "buffer, verify", (buffer.clone(), verify.clone()).layer(inner()), &request);
        let all = (client_ip, allowlist, limit, buffer, verify, guard);
        run(criterion, &group, "all five", all.layer(inner()), &request);
    }
}

criterion_group!(benches, stack);
criterion_main!(benches);
