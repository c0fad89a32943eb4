//! Tower layers that verify GitHub's signature, above a service that does nothing.

use crate::{
    Hash, Section, calls,
    deliveries::{Delivery, SECRET, body, secret, signed},
    services::{REACHED, service},
    versioned,
};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use std::{convert::Infallible, hint::black_box, net::IpAddr};
use tower::{Layer, Service, service_fn};
use tower_webhook::{
    BufferedBodyLayer, ClientIpLayer, IpAllowlistLayer, IpSet, MemoryReplayStore, PeerAddr, Quota, RateLimitLayer,
    ReplayGuardLayer, SignatureVerifyLayer, Verifier, WebhookLayer, schemes,
};

const NOTES: &str = "GitHub's scheme; each request has a body and a signature of its own, in one frame. The requests \
    are made beforehand, and the bare service, which drops request and answer, is subtracted. A future that asks to be \
    polled again is polled at once; a runtime's scheduling would come on top. All of ours limit \
    the body's size and time; the precheck judges the head before the body is read; the stack of five and \
    `WebhookLayer` also do what the peers do not: address, allowlist, quota, replay guard (each delivery is a new one, so \
    its store grows).";

const BARE: &str = "bare service";

pub fn section(size: usize) -> Section {
    let ours = |name: &str| format!("**tower-webhook**, {name}");
    let verifier = Verifier::new(schemes::GITHUB, secret()).unwrap();
    let unchecked = BufferedBodyLayer::new();
    let buffer = unchecked.clone().precheck(verifier.clone());
    let verify = SignatureVerifyLayer::new(verifier);
    let store = || MemoryReplayStore::new(10_000_000).unwrap();
    let five = (
        ClientIpLayer::new(),
        IpAllowlistLayer::new(IpSet::parse(["192.0.2.0/24", "2001:db8::/32"]).unwrap()),
        RateLimitLayer::by_client_ip(Quota::per_second(1_000_000_000).unwrap()),
        buffer.clone(),
        verify.clone(),
        ReplayGuardLayer::new(store()),
    );
    let webhook = WebhookLayer::builder(schemes::GITHUB, secret()).replay_store(store()).build().unwrap();
    let webhook_verify = webhook_verify::tower::VerifyLayer::<Bytes>::new(
        webhook_verify::Provider::GitHub,
        webhook_verify::Secret::new(SECRET),
    );
    let tower_github = tower_github_webhook::ValidateGitHubWebhookLayer::new(SECRET);

    let mut variants = vec![service(BARE, None, inner(), size, request)];
    variants.extend(calls::bare(&signed(&schemes::GITHUB, body(size))));
    let layered = [
        service(ours("signature"), Hash::ours(), (unchecked, verify.clone()).layer(inner()), size, request),
        service(ours("precheck, signature"), Hash::ours(), (buffer, verify).layer(inner()), size, request),
        service(ours("stack of five"), Hash::ours(), five.layer(inner()), size, request),
        service(ours("`WebhookLayer`"), Hash::ours(), webhook.layer(inner()), size, request),
        service(versioned("webhook-verify"), Hash::Sha2, webhook_verify.layer(inner()), size, request),
        service(versioned("tower-github-webhook"), Hash::Sha2Old, tower_github.layer(inner()), size, request),
    ];
    variants.extend(layered.map(|variant| variant.without(BARE)));
    Section { title: String::new(), notes: NOTES, reference: Hash::Sha2.bare(), variants, calls: calls::calls(size) }
}

fn request(Delivery { head, body }: Delivery) -> Request<Full<Bytes>> {
    let mut request = Request::from_parts(head, Full::new(body));
    request.extensions_mut().insert(PeerAddr::new(IpAddr::from([192, 0, 2, 1])));
    request
}

/// Answers at once and never looks at the body.
fn inner<B: Send + 'static>()
-> impl Service<Request<B>, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send> + Clone + Send + 'static
{
    service_fn(|request: Request<B>| {
        black_box(request);
        let mut response = Response::new(Full::default());
        *response.status_mut() = REACHED;
        std::future::ready(Ok(response))
    })
}
