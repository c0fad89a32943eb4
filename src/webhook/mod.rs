//! The whole stack, in its one right order.

mod builder;
mod protocol;

pub use self::{
    builder::WebhookBuilder,
    protocol::{Protocol, Side},
};

use crate::{
    handshakes::{Signed, Unsigned},
    layers::{
        Acknowledge, AcknowledgeLayer, AnswerHandshake, BufferedBody, BufferedBodyLayer, ClientIpLayer, FailureLimit,
        FailureLimitLayer, HandshakeLayer, InFlightLimit, InFlightLimitLayer, IpAllowlist, IpAllowlistHandle,
        IpAllowlistLayer, PostOnly, PostOnlyLayer, RateLimit, RateLimitLayer, ReplayGuard, ReplayGuardLayer,
        ResolveClientIp, SignatureVerify, SignatureVerifyLayer,
        rate_limit::{ByClientIp, ByTenant},
    },
    rejection::ProblemJson,
    schemes::Scheme,
    secrets::Keyring,
    stores::{MemoryRateStore, MemoryReplayStore},
    verifier::{IntoKeySource, Verifier},
};
use std::fmt;
use tower_layer::Layer;

/// Turns an untrusted request into a verified webhook: every check, in its one right order.
///
/// ```text
/// POST only → client IP → IP allowlist → cap in flight → failed-guess budget → rate limit by client IP
///   → headers, then body → unsigned challenges → signature → rate limit by tenant → signed challenges
///   → replay guard → acknowledgement → your handler
/// ```
///
/// Without further settings it takes POST alone, bodies of up to 1 MiB within 10 seconds and 256 requests at a time
/// (half of them from one client at most), checks the signature, and remembers deliveries for 24 hours in the memory of
/// this process. The allowlist, the budget for failed guesses and the rate limits apply when you ask for them; a tenant's
/// own quota always does. Challenges are answered if it is given a [`Handshake`](crate::Handshake).
///
#[cfg_attr(feature = "axum", doc = "```")]
#[cfg_attr(not(feature = "axum"), doc = "```ignore")]
/// use axum::{Router, routing::post};
/// use tower_webhook::{Secret, VerifiedEvent, WebhookLayer, schemes};
///
/// async fn on_github(event: VerifiedEvent) {
///     println!("{:?} said {} bytes", event.kind(), event.payload().len());
/// }
///
/// let github = WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?).build()?;
/// let app: Router = Router::new().route("/webhooks/github", post(on_github).route_layer(github));
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
///
/// Clones share everything: one cap, one set of quotas, one memory of deliveries.
#[must_use]
pub struct WebhookLayer<C, K = Keyring, T = MemoryReplayStore, Q = MemoryRateStore, R = ProblemJson, H = ()> {
    post_only: PostOnlyLayer<R>,
    client_ip: ClientIpLayer<R>,
    allowlist: IpAllowlistLayer<R>,
    in_flight: InFlightLimitLayer<R>,
    failures: FailureLimitLayer<Q, R>,
    by_client_ip: RateLimitLayer<ByClientIp, Q, R>,
    body: BufferedBodyLayer<Verifier<C, K>, R>,
    unsigned: HandshakeLayer<Unsigned, H, R>,
    verify: SignatureVerifyLayer<C, K, R>,
    by_tenant: RateLimitLayer<ByTenant, Q, R>,
    signed: HandshakeLayer<Signed, H, R>,
    replay: ReplayGuardLayer<T, R>,
    acknowledge: AcknowledgeLayer<H>,
}

/// The service [`WebhookLayer`] makes of an inner one.
pub type Webhook<S, C, K = Keyring, T = MemoryReplayStore, Q = MemoryRateStore, R = ProblemJson, H = ()> = PostOnly<
    ResolveClientIp<
        IpAllowlist<
            InFlightLimit<
                FailureLimit<
                    RateLimit<
                        BufferedBody<
                            AnswerHandshake<
                                SignatureVerify<
                                    RateLimit<
                                        AnswerHandshake<ReplayGuard<Acknowledge<S, H>, T, R>, Signed, H, R>,
                                        ByTenant,
                                        Q,
                                        R,
                                    >,
                                    C,
                                    K,
                                    R,
                                >,
                                Unsigned,
                                H,
                                R,
                            >,
                            Verifier<C, K>,
                            R,
                        >,
                        ByClientIp,
                        Q,
                        R,
                    >,
                    Q,
                    R,
                >,
                R,
            >,
            R,
        >,
        R,
    >,
    R,
>;

impl<S, C, K, T, Q, R, H> Layer<S> for WebhookLayer<C, K, T, Q, R, H>
where
    K: Clone,
    T: Clone,
    Q: Clone,
    R: Clone,
    H: Clone,
{
    type Service = Webhook<S, C, K, T, Q, R, H>;

    fn layer(&self, inner: S) -> Self::Service {
        // Read from the bottom up, this is what happens to a request.
        let inner = self.acknowledge.layer(inner);
        let inner = self.replay.layer(inner);
        // Above the guard: a challenge that comes again wants its answer again.
        let inner = self.signed.layer(inner);
        // Below the signature: only who holds a tenant's key may spend its quota.
        let inner = self.by_tenant.layer(inner);
        let inner = self.verify.layer(inner);
        // Below the limits and behind the bounded body: whoever asks may be anybody.
        let inner = self.unsigned.layer(inner);
        // Looks at the signature headers before it reads the first byte.
        let inner = self.body.layer(inner);
        // Above the body: who is over the limit is not read.
        let inner = self.by_client_ip.layer(inner);
        let inner = self.failures.layer(inner);
        // Below the allowlist: strangers must not take the places of those who may deliver.
        let inner = self.in_flight.layer(inner);
        let inner = self.allowlist.layer(inner);
        let inner = self.client_ip.layer(inner);
        self.post_only.layer(inner)
    }
}

impl WebhookLayer<(), ()> {
    /// The stack for deliveries of `scheme`, signed with `keys`: a [`Secret`](crate::Secret), a
    /// [`Keyring`], a [`TenantMap`](crate::TenantMap), or a key source of your own.
    pub fn builder<C: Scheme, I: IntoKeySource>(scheme: C, keys: I) -> WebhookBuilder<C, I::Source> {
        WebhookBuilder::new(scheme, keys.into_key_source())
    }
}

impl<C, K, T, Q, R, H> WebhookLayer<C, K, T, Q, R, H> {
    /// Swaps the allowlist while requests come in. Without one from the start there is nothing to swap.
    ///
    /// ```
    /// use tower_webhook::{IpSet, Secret, WebhookLayer, schemes};
    ///
    /// let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?)
    ///     .allow(IpSet::parse(["192.0.2.0/24"])?)
    ///     .build()?;
    /// let allowlist = layer.allowlist().expect("it was given one");
    /// allowlist.reload(["192.0.2.0/24", "198.51.100.0/24"])?;
    /// # Ok::<(), tower_webhook::ConfigError>(())
    /// ```
    #[must_use]
    pub fn allowlist(&self) -> Option<IpAllowlistHandle> {
        self.allowlist.handle_if_enabled()
    }
}

impl<C, K, T, Q, R, H> Clone for WebhookLayer<C, K, T, Q, R, H>
where
    K: Clone,
    T: Clone,
    Q: Clone,
    R: Clone,
    H: Clone,
{
    fn clone(&self) -> Self {
        Self {
            post_only: self.post_only.clone(),
            client_ip: self.client_ip.clone(),
            allowlist: self.allowlist.clone(),
            in_flight: self.in_flight.clone(),
            failures: self.failures.clone(),
            by_client_ip: self.by_client_ip.clone(),
            body: self.body.clone(),
            unsigned: self.unsigned.clone(),
            verify: self.verify.clone(),
            by_tenant: self.by_tenant.clone(),
            signed: self.signed.clone(),
            replay: self.replay.clone(),
            acknowledge: self.acknowledge.clone(),
        }
    }
}

impl<C, K: fmt::Debug, T, Q, R, H> fmt::Debug for WebhookLayer<C, K, T, Q, R, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookLayer").field("verify", &self.verify).finish_non_exhaustive()
    }
}
