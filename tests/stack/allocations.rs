//! How often the five layers ask for memory.

use crate::common::{HOME, bodies::Scripted, github, github_verifier};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use http_body_util::Full;
use std::{convert::Infallible, future::ready, net::IpAddr};
use tower::{Layer, Service, service_fn};
use tower_webhook::{
    BufferedBodyLayer, ClientIp, ClientIpLayer, Fresh, IpAllowlistLayer, IpSet, MemoryReplayStore, Payload, Quota,
    RateLimitLayer, ReplayGuardLayer, SignatureVerifyLayer, VerifiedEvent,
};

/// What one accepted delivery costs that arrives in this many frames, and has arrived when the service is called.
fn allocations(frames: usize) -> u64 {
    let verifier = github_verifier();
    let layers = (
        ClientIpLayer::new(),
        IpAllowlistLayer::new(IpSet::parse(["192.0.2.0/24"]).unwrap()),
        RateLimitLayer::by_client_ip(Quota::per_second(1000).unwrap()),
        BufferedBodyLayer::new().precheck(verifier.clone()),
        SignatureVerifyLayer::new(verifier),
        ReplayGuardLayer::new(MemoryReplayStore::default()),
    );
    let mut service = layers.layer(service_fn(|request: Request<Payload<Fresh>>| {
        let extensions = request.extensions();
        assert_eq!(extensions.get::<ClientIp>().unwrap().ip(), IpAddr::from(HOME));
        assert_eq!(extensions.get::<VerifiedEvent>().unwrap().payload(), request.body().bytes());
        ready(Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())))
    }));
    let deliver = |number: usize| {
        let body = Bytes::from(format!("{number:01024}"));
        let data: Vec<_> = body.chunks(1024 / frames).map(|chunk| Frame::data(body.slice_ref(chunk))).collect();
        let scripted = Scripted::frames(data).hinting(SizeHint::with_exact(1024));
        let request = github(&body).body(scripted).unwrap();
        let mut status = None;
        let used = allocation_counter::measure(|| {
            status = Some(service.call(request).now_or_never().unwrap().unwrap().status());
        });
        assert_eq!(status.unwrap(), 200);
        used.count_total
    };
    // Now and then the tables of the stores grow.
    (0..64).map(deliver).min().unwrap()
}

/// The client's address and the event as extensions, and the event itself.
#[test]
fn a_delivery_of_one_frame_takes_three_allocations() {
    assert_eq!(allocations(1), 3);
}

/// And the buffer that the frames are put together in, of the length that was declared.
#[test]
fn a_delivery_of_many_frames_takes_one_more() {
    assert_eq!(allocations(16), 4);
}
