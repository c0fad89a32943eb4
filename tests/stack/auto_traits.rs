//! What has to be `Clone`, `Send` and `Sync`, checked by the compiler.

use crate::common::{bodies::TestBody, doubles::Probe};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use std::convert::Infallible;
use tower::{Layer, Service, util::BoxCloneService};
use tower_webhook::{
    AcknowledgeLayer, Answers, AuditLayer, Buffered, BufferedBodyLayer, ClientIpLayer, FailureLimitLayer, Fresh,
    HandshakeLayer, InFlightLimitLayer, IpAllowlistLayer, Keyring, MemoryRateStore, MemoryReplayStore, Payload,
    PostOnlyLayer, RateLimitLayer, Rejection, ReplayGuardLayer, SignatureVerifyLayer, TenantMap, Verified,
    VerifiedEvent, Verifier, WebhookLayer,
    handshakes::{Signed, Unsigned},
    layers::{
        audit::{AuditRecord, TracingSink},
        rate_limit::{ByClientIp, ByHeader, ByNothing, ByTenant},
    },
    rejection::{GrpcStatus, Reported, StatusOnly},
    schemes::Recipe,
    webhook::Protocol,
};

fn shareable<T: Clone + Send + Sync + 'static>() {}

/// The layer, the service it makes of a plain inner one, and its future, over a body that is not `Sync`.
fn layer<L, B>()
where
    L: Layer<Probe> + Clone + Send + Sync + 'static,
    L::Service: Service<Request<B>, Response = Response<Full<Bytes>>> + Clone + Send + Sync + 'static,
    <L::Service as Service<Request<B>>>::Future: Send + 'static,
{
}

/// An inner service that is `Send` and no more leaves the stack `Send`: what `Router` and hyper's servers ask for.
fn over_a_service_that_is_not_sync<L, B, I>()
where
    L: Layer<BoxCloneService<Request<I>, Response<Full<Bytes>>, Infallible>>,
    L::Service: Service<Request<B>, Error = Infallible> + Clone + Send + 'static,
    <L::Service as Service<Request<B>>>::Future: Send + 'static,
{
}

#[test]
fn layers_services_and_futures_are_shareable() {
    layer::<AuditLayer<fn(AuditRecord)>, TestBody>();
    layer::<AuditLayer<TracingSink>, TestBody>();
    layer::<PostOnlyLayer, TestBody>();
    layer::<ClientIpLayer, TestBody>();
    layer::<IpAllowlistLayer, TestBody>();
    layer::<InFlightLimitLayer, TestBody>();
    layer::<FailureLimitLayer, TestBody>();
    layer::<RateLimitLayer<ByNothing>, TestBody>();
    layer::<RateLimitLayer<ByClientIp>, TestBody>();
    layer::<RateLimitLayer<ByHeader>, TestBody>();
    layer::<RateLimitLayer<ByTenant>, Payload<Verified>>();
    layer::<BufferedBodyLayer, TestBody>();
    layer::<BufferedBodyLayer<Verifier<Recipe>, StatusOnly>, TestBody>();
    layer::<SignatureVerifyLayer<Recipe>, Payload<Buffered>>();
    layer::<SignatureVerifyLayer<Recipe, TenantMap, GrpcStatus>, Payload<Buffered>>();
    layer::<ReplayGuardLayer, Payload<Verified>>();
    layer::<HandshakeLayer<Unsigned>, Payload<Buffered>>();
    layer::<HandshakeLayer<Signed>, Payload<Verified>>();
    layer::<AcknowledgeLayer, TestBody>();
    layer::<WebhookLayer<Recipe>, TestBody>();
    layer::<WebhookLayer<Recipe, TenantMap>, TestBody>();
    layer::<WebhookLayer<Recipe, Keyring, MemoryReplayStore, MemoryRateStore, Answers, Protocol>, TestBody>();
}

#[test]
fn nothing_asks_the_inner_service_to_be_sync() {
    over_a_service_that_is_not_sync::<PostOnlyLayer, TestBody, TestBody>();
    over_a_service_that_is_not_sync::<RateLimitLayer<ByNothing>, TestBody, TestBody>();
    over_a_service_that_is_not_sync::<BufferedBodyLayer, TestBody, Payload<Buffered>>();
    over_a_service_that_is_not_sync::<WebhookLayer<Recipe>, TestBody, Payload<Fresh>>();
}

#[test]
fn what_handlers_and_outer_layers_get_is_shareable() {
    shareable::<VerifiedEvent>();
    shareable::<Payload<Buffered>>();
    shareable::<Payload<Verified>>();
    shareable::<Payload<Fresh>>();
    shareable::<Rejection>();
    shareable::<Reported>();
    shareable::<AuditRecord>();
    shareable::<Verifier<Recipe, Keyring>>();
    shareable::<MemoryReplayStore>();
}
