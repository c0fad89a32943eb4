//! The settings of the whole stack, and what cannot work among them.

use super::{Protocol, Side, WebhookLayer};
use crate::{
    clock::{Clock, SystemClock},
    error::ConfigError,
    handshakes::{Answers, Handshake},
    layers::{
        AcknowledgeLayer, BufferedBodyLayer, ClientIpLayer, FailureLimitLayer, HandshakeLayer, InFlightLimitLayer,
        IpAllowlistLayer, PostOnlyLayer, RateLimitLayer, ReplayGuardLayer, SignatureVerifyLayer,
    },
    net::IpSet,
    observe,
    rejection::ProblemJson,
    schemes::Scheme,
    secrets::KeySource,
    stores::{MemoryRateStore, MemoryReplayStore, NoReplayStore, Quota, RateStore, ReplayStore},
    verifier::Verifier,
};
use http::StatusCode;
use std::{fmt, sync::Arc, time::Duration};

/// Builds a [`WebhookLayer`]. Mistakes come out of [`build`](Self::build).
///
/// ```
/// use std::time::Duration;
/// use tower_webhook::{
///     ClientIpLayer, IpSet, MemoryReplayStore, ProxyHeader, Quota, Secret, WebhookLayer, schemes,
/// };
///
/// let layer = WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?)
///     .client_ip(ClientIpLayer::new().trusted_proxies(["10.0.0.0/8"], ProxyHeader::XForwardedFor)?)
///     .allow(IpSet::parse(["192.0.2.0/24"])?)
///     .failure_limit(Quota::per_minute(10)?)
///     .rate_limit(Quota::per_second(50)?.burst(100)?)
///     .body_limit(25 << 20)
///     .body_timeout(Duration::from_secs(30))
///     .replay_store(MemoryReplayStore::new(5_000_000)?)
///     .replay_retention(Duration::from_secs(3 * 24 * 3600))
///     .build()?;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[must_use]
pub struct WebhookBuilder<C, K, T = MemoryReplayStore, Q = MemoryRateStore, R = ProblemJson, H = ()> {
    scheme: C,
    keys: K,
    replay_store: T,
    /// For the limits by client IP.
    rate_store: Q,
    /// For the limit by tenant: what strangers can fill is not what partners are counted in.
    tenant_store: Q,
    respond: R,
    protocol: H,
    settings: Settings,
}

struct Settings {
    client_ip: Option<ClientIpLayer>,
    allowed: Option<IpSet>,
    in_flight: usize,
    in_flight_per_client: Option<usize>,
    failure_quota: Option<Quota>,
    client_quota: Option<Quota>,
    tenant_quota: Option<Quota>,
    ipv6_prefix: u8,
    rate_namespace: Option<Arc<str>>,
    body_limit: usize,
    body_timeout: Duration,
    body_idle_timeout: Duration,
    any_encoding: bool,
    key_timeout: Duration,
    store_timeout: Duration,
    decision_timeout: Duration,
    replay_retention: Duration,
    replay_lease: Duration,
    replay_namespace: Option<Arc<str>>,
    replay_guarded: bool,
    duplicate_status: StatusCode,
    stores_fail_open: bool,
    explain: bool,
    report_only: bool,
    clock: Arc<dyn Clock>,
}

impl<C, K> WebhookBuilder<C, K> {
    pub(super) fn new(scheme: C, keys: K) -> Self {
        Self {
            scheme,
            keys,
            replay_store: MemoryReplayStore::default(),
            rate_store: MemoryRateStore::default(),
            tenant_store: MemoryRateStore::default(),
            respond: ProblemJson,
            protocol: (),
            settings: Settings {
                client_ip: None,
                allowed: None,
                in_flight: 256,
                in_flight_per_client: None,
                failure_quota: None,
                client_quota: None,
                tenant_quota: None,
                ipv6_prefix: 64,
                rate_namespace: None,
                body_limit: 1 << 20,
                body_timeout: Duration::from_secs(10),
                body_idle_timeout: Duration::from_secs(5),
                any_encoding: false,
                key_timeout: Duration::from_secs(2),
                store_timeout: Duration::from_millis(250),
                decision_timeout: Duration::from_secs(3),
                replay_retention: Duration::from_secs(24 * 3600),
                replay_lease: Duration::from_secs(60),
                replay_namespace: None,
                replay_guarded: true,
                duplicate_status: StatusCode::OK,
                stores_fail_open: false,
                explain: false,
                report_only: false,
                clock: Arc::new(SystemClock),
            },
        }
    }
}

impl<C, K, T, Q, R, H> WebhookBuilder<C, K, T, Q, R, H> {
    /// Finds out who is calling as `layer` says: behind proxies, this is where they are named.
    ///
    /// Without it the peer of the connection is the client. If neither an allowlist nor a limit by client IP asks for
    /// it, it may be unknown.
    pub fn client_ip(mut self, layer: ClientIpLayer) -> Self {
        self.settings.client_ip = Some(layer);
        self
    }

    /// Lets only these addresses deliver; anybody may unless set. The list can be swapped later: see
    /// [`WebhookLayer::allowlist`].
    pub fn allow(mut self, addresses: IpSet) -> Self {
        self.settings.allowed = Some(addresses);
        self
    }

    /// At most this many requests at a time; 256 unless set. The excess is answered 503.
    pub fn in_flight(mut self, maximum: usize) -> Self {
        self.settings.in_flight = maximum;
        self
    }

    /// At most this many of them from one client IP; half of [`in_flight`](Self::in_flight), and at least 1, unless
    /// set. Set it to the whole cap if all your deliveries come from one address. See
    /// [`InFlightLimitLayer::per_client`].
    pub fn in_flight_per_client(mut self, maximum: usize) -> Self {
        self.settings.in_flight_per_client = Some(maximum);
        self
    }

    /// A budget of failed verifications (401) and of bodies that did not arrive in time (408) for each client IP; none
    /// unless set. See [`FailureLimitLayer`].
    pub fn failure_limit(mut self, quota: Quota) -> Self {
        self.settings.failure_quota = Some(quota);
        self
    }

    /// A quota for each client IP; none unless set. Counted before the body is read.
    pub fn rate_limit(mut self, quota: Quota) -> Self {
        self.settings.client_quota = Some(quota);
        self
    }

    /// A quota for each tenant; a tenant's own quota goes before it, and counts without it too. None unless set. Events
    /// that belong to no tenant count together.
    pub fn tenant_rate_limit(mut self, quota: Quota) -> Self {
        self.settings.tenant_quota = Some(quota);
        self
    }

    /// How many bits of an IPv6 address name a client; 64 unless set.
    pub fn ipv6_prefix(mut self, bits: u8) -> Self {
        self.settings.ipv6_prefix = bits;
        self
    }

    /// Counts in `store`, for all limits: the budget of failures, the limit by client IP and the one by tenant.
    ///
    /// Unless set, they count in memory, and the limit by tenant in a table of its own: a flood from many addresses
    /// takes no room from partners. A store of yours is the one for all, so it has to hold them all. Endpoints that
    /// share a store and have the same quota share the count, unless each has a
    /// [`rate_namespace`](Self::rate_namespace).
    pub fn rate_store<P: RateStore>(self, store: P) -> WebhookBuilder<C, K, T, P, R, H> {
        let Self { scheme, keys, replay_store, respond, protocol, settings, .. } = self;
        let (rate_store, tenant_store) = (store.clone(), store);
        WebhookBuilder { scheme, keys, replay_store, rate_store, tenant_store, respond, protocol, settings }
    }

    /// Keeps this endpoint's counts apart from those of others that share the rate store. The limits are then named
    /// `{namespace}/failures`, `{namespace}/client-ip` and `{namespace}/tenant`.
    pub fn rate_namespace(mut self, namespace: impl Into<Arc<str>>) -> Self {
        self.settings.rate_namespace = Some(namespace.into());
        self
    }

    /// The longest body in bytes; 1 MiB unless set.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.settings.body_limit = bytes;
        self
    }

    /// The time for the whole body; 10 seconds unless set.
    pub fn body_timeout(mut self, total: Duration) -> Self {
        self.settings.body_timeout = total;
        self
    }

    /// The time from one frame of the body to the next; 5 seconds unless set.
    pub fn body_idle_timeout(mut self, idle: Duration) -> Self {
        self.settings.body_idle_timeout = idle;
        self
    }

    /// Accepts a `Content-Encoding`; see [`BufferedBodyLayer::allow_content_encoding`].
    pub fn allow_content_encoding(mut self) -> Self {
        self.settings.any_encoding = true;
        self
    }

    /// How long a key source may take; 2 seconds unless set.
    pub fn key_timeout(mut self, timeout: Duration) -> Self {
        self.settings.key_timeout = timeout;
        self
    }

    /// How long a store may take; 250 milliseconds unless set.
    pub fn store_timeout(mut self, timeout: Duration) -> Self {
        self.settings.store_timeout = timeout;
        self
    }

    /// How long the callback of a handshake may take; 3 seconds unless set.
    pub fn decision_timeout(mut self, timeout: Duration) -> Self {
        self.settings.decision_timeout = timeout;
        self
    }

    /// Remembers deliveries in `store`; in memory, up to a million, unless set. Endpoints that share one need a
    /// [`replay_namespace`](Self::replay_namespace) each if each is to handle an event.
    pub fn replay_store<P: ReplayStore>(self, store: P) -> WebhookBuilder<C, K, P, Q, R, H> {
        let Self { scheme, keys, rate_store, tenant_store, respond, protocol, settings, .. } = self;
        WebhookBuilder { scheme, keys, replay_store: store, rate_store, tenant_store, respond, protocol, settings }
    }

    /// How long a handled delivery is remembered; 24 hours unless set.
    pub fn replay_retention(mut self, retention: Duration) -> Self {
        self.settings.replay_retention = retention;
        self
    }

    /// How long a claim holds unless it is renewed; 60 seconds unless set, and at least four times the
    /// [`store_timeout`](Self::store_timeout).
    pub fn replay_lease(mut self, lease: Duration) -> Self {
        self.settings.replay_lease = lease;
        self
    }

    /// Keeps this endpoint's deliveries apart from those of others that share the replay store.
    pub fn replay_namespace(mut self, namespace: impl Into<Arc<str>>) -> Self {
        self.settings.replay_namespace = Some(namespace.into());
        self
    }

    /// What a duplicate is answered with; 200 unless set.
    pub fn duplicate_status(mut self, status: StatusCode) -> Self {
        self.settings.duplicate_status = status;
        self
    }

    /// Remembers nothing: whoever has seen a delivery can have it handled again, within the scheme's tolerance or,
    /// where no time is signed, at will.
    pub fn insecure_without_replay_guard(mut self) -> WebhookBuilder<C, K, NoReplayStore, Q, R, H> {
        self.settings.replay_guarded = false;
        self.replay_store(NoReplayStore)
    }

    /// Lets deliveries through, unguarded and uncounted, while a store is down. See
    /// [`ReplayGuardLayer::insecure_fail_open`] and [`RateLimitLayer::insecure_fail_open`].
    pub fn insecure_stores_fail_open(mut self) -> Self {
        self.settings.stores_fail_open = true;
        self
    }

    /// Tells the sender why a request was turned away; see [`Verifier::explain_rejections`].
    pub fn explain_rejections(mut self) -> Self {
        self.settings.explain = true;
        self
    }

    /// Checks and logs everything, and turns nobody away: an attacker's request reaches the handler like a genuine
    /// one.
    ///
    /// The handler sees what would have happened in [`VerifiedEvent::reported`](crate::VerifiedEvent::reported) and
    /// in the [`Reported`](crate::rejection::Reported) extension. What cannot be handed on is turned away all the
    /// same: a body that is too long or does not arrive, a duplicate; and so is what is no POST or over the cap in
    /// flight. While the replay store is down, deliveries are let through unguarded.
    pub fn insecure_report_only(mut self) -> Self {
        self.settings.report_only = true;
        self
    }

    /// Takes the time from `clock`, in every layer.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// Replaces the response sent for a rejection, by every layer.
    pub fn with_rejection_response<P: Clone>(self, respond: P) -> WebhookBuilder<C, K, T, Q, P, H> {
        let Self { scheme, keys, replay_store, rate_store, tenant_store, protocol, settings, .. } = self;
        WebhookBuilder { scheme, keys, replay_store, rate_store, tenant_store, respond, protocol, settings }
    }
}

impl<C, K, T, Q, R, H: Into<Protocol>> WebhookBuilder<C, K, T, Q, R, H> {
    /// Answers the challenges of `handshake`, each at its place: unsigned ones before the signature, signed ones behind
    /// it. May be called for several.
    ///
    /// Challenges may come by GET, HEAD and OPTIONS, so the route must let those through: in axum, that is
    /// `post(handler).layer(webhook)`, where `route_layer` would leave them to axum's own 405. What is neither a POST nor
    /// a challenge is still answered 405.
    pub fn handshake<P: Side>(self, handshake: Handshake<P>) -> WebhookBuilder<C, K, T, Q, R, Protocol> {
        self.with_protocol(|protocol| P::add(protocol, handshake))
    }

    /// Acknowledges and turns away as the provider wants it. They are the rejection response too: one that is set after
    /// them renders refusals and duplicates in their place.
    pub fn answers(self, answers: Answers) -> WebhookBuilder<C, K, T, Q, Answers, Protocol> {
        let respond = answers.clone();
        self.with_protocol(|protocol| protocol.with_answers(answers)).with_rejection_response(respond)
    }

    fn with_protocol(self, change: impl FnOnce(Protocol) -> Protocol) -> WebhookBuilder<C, K, T, Q, R, Protocol> {
        let Self { scheme, keys, replay_store, rate_store, tenant_store, respond, protocol, settings } = self;
        let protocol = change(protocol.into());
        WebhookBuilder { scheme, keys, replay_store, rate_store, tenant_store, respond, protocol, settings }
    }
}

impl<C, K, T, Q, R, H> WebhookBuilder<C, K, T, Q, R, H>
where
    C: Scheme,
    K: KeySource,
    T: ReplayStore,
    Q: RateStore,
    R: Clone,
    H: Into<Protocol> + Clone,
{
    /// The layer.
    ///
    /// # Errors
    ///
    /// When a setting cannot work: a key that is none of this scheme's, a limit or a time-out of 0, a retention shorter
    /// than the scheme's time window. The error names it.
    pub fn build(self) -> Result<WebhookLayer<C, K, T, Q, R, H>, ConfigError> {
        let Self { scheme, keys, replay_store, rate_store, tenant_store, respond, protocol, settings } = self;
        if !settings.replay_guarded && scheme.time_window().is_none() {
            observe::warning(
                "replay_guard",
                "is off for a scheme that signs no time: whoever has seen a delivery can send it again at any time",
            );
        }
        if settings.report_only {
            observe::warning(
                "insecure_report_only",
                "is set on a `WebhookLayer`: requests with a forged signature reach the handler",
            );
        }
        if settings.stores_fail_open {
            observe::warning(
                "insecure_stores_fail_open",
                "is set on a `WebhookLayer`: while a store is down, deliveries pass unguarded and uncounted",
            );
        }
        let mut verifier = Verifier::new(scheme, keys)?.shared_clock(Arc::clone(&settings.clock));
        if settings.explain {
            verifier = verifier.explain_rejections();
        }

        let needs_address =
            settings.allowed.is_some() || settings.client_quota.is_some() || settings.failure_quota.is_some();
        let client_ip = match settings.client_ip {
            Some(layer) => layer,
            None if needs_address => ClientIpLayer::new(),
            None => ClientIpLayer::new().optional(),
        };
        // What is only missing is reported further in, where somebody asks for it.
        let client_ip = if settings.report_only { client_ip.optional() } else { client_ip };
        let mut allowlist = IpAllowlistLayer::optional(settings.allowed);

        // The quotas are set last: without one, a limit lets everything pass.
        let any_quota = Quota::per_second(1)?;
        let mut failures = FailureLimitLayer::by_client_ip(any_quota)
            // In report-only mode nothing fails that could be counted.
            .with_quota(settings.failure_quota.filter(|_| !settings.report_only))
            .ipv6_prefix(settings.ipv6_prefix)?
            .store_timeout(settings.store_timeout)?
            .shared_clock(Arc::clone(&settings.clock));
        let mut by_client_ip = RateLimitLayer::by_client_ip(any_quota)
            .with_quota(settings.client_quota)
            .ipv6_prefix(settings.ipv6_prefix)?
            .store_timeout(settings.store_timeout)?
            .shared_clock(Arc::clone(&settings.clock));
        let mut by_tenant = RateLimitLayer::by_tenant(any_quota)
            .with_quota(settings.tenant_quota)
            .store_timeout(settings.store_timeout)?
            .shared_clock(Arc::clone(&settings.clock));

        if let Some(namespace) = settings.rate_namespace {
            failures = failures.name(format!("{namespace}/failures"));
            by_client_ip = by_client_ip.name(format!("{namespace}/client-ip"));
            by_tenant = by_tenant.name(format!("{namespace}/tenant"));
        }

        let per_client = settings.in_flight_per_client.unwrap_or_else(|| (settings.in_flight / 2).max(1));
        let in_flight =
            InFlightLimitLayer::new(settings.in_flight)?.per_client(per_client)?.ipv6_prefix(settings.ipv6_prefix)?;

        let mut body = BufferedBodyLayer::new()
            .limit(settings.body_limit)?
            .timeout(settings.body_timeout)?
            .idle_timeout(settings.body_idle_timeout)?;
        if settings.any_encoding {
            body = body.allow_content_encoding();
        }

        // A renewal is asked for at half the lease; what is left must outlast a store that takes its time, twice.
        if settings.replay_guarded && settings.replay_lease < settings.store_timeout.saturating_mul(4) {
            return Err(ConfigError::new("replay.lease", "must be at least four times the store's time-out"));
        }
        let mut replay = ReplayGuardLayer::new(replay_store)
            .retention(settings.replay_retention)?
            .lease(settings.replay_lease)?
            .store_timeout(settings.store_timeout)?
            .duplicate_status(settings.duplicate_status)
            .shared_clock(settings.clock);
        if settings.replay_guarded {
            replay.check_retention(verifier.scheme())?;
        }
        if let Some(namespace) = settings.replay_namespace {
            replay = replay.namespace(namespace);
        }
        if settings.stores_fail_open {
            failures = failures.failing_open();
            by_client_ip = by_client_ip.failing_open();
            by_tenant = by_tenant.failing_open();
            replay = replay.insecure_fail_open();
        }

        let mut verify = SignatureVerifyLayer::new(verifier.clone()).key_timeout(settings.key_timeout)?;
        if settings.report_only {
            allowlist = allowlist.reporting_only();
            by_client_ip = by_client_ip.insecure_report_only();
            by_tenant = by_tenant.insecure_report_only();
            replay = replay.insecure_fail_open();
            body = body.insecure_report_only();
            verify = verify.reporting_only();
        }

        // Who stands above must let challenges through.
        let said: Protocol = protocol.clone().into();
        let post_only = PostOnlyLayer::new().handshake(said.unsigned().clone());
        let body = body.handshake(said.unsigned().clone());
        let unsigned = HandshakeLayer::with(protocol.clone()).decision_timeout(settings.decision_timeout)?;
        let signed = HandshakeLayer::with(protocol.clone()).decision_timeout(settings.decision_timeout)?;

        Ok(WebhookLayer {
            post_only: post_only.with_rejection_response(respond.clone()),
            client_ip: client_ip.with_rejection_response(respond.clone()),
            allowlist: allowlist.with_rejection_response(respond.clone()),
            in_flight: in_flight.with_rejection_response(respond.clone()),
            failures: failures.store(rate_store.clone()).with_rejection_response(respond.clone()),
            by_client_ip: by_client_ip.store(rate_store).with_rejection_response(respond.clone()),
            body: body.precheck(verifier).with_rejection_response(respond.clone()),
            unsigned: unsigned.with_rejection_response(respond.clone()),
            verify: verify.with_rejection_response(respond.clone()),
            by_tenant: by_tenant.store(tenant_store).with_rejection_response(respond.clone()),
            signed: signed.with_rejection_response(respond.clone()),
            replay: replay.with_rejection_response(respond),
            acknowledge: AcknowledgeLayer::new(protocol),
        })
    }
}

impl<C: fmt::Debug, K: fmt::Debug, T, Q, R, H> fmt::Debug for WebhookBuilder<C, K, T, Q, R, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookBuilder").field("scheme", &self.scheme).field("keys", &self.keys).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;
    use crate::{schemes, secrets::Secret, stores::RateKey, time::Monotonic};

    #[tokio::test]
    async fn strangers_fill_another_table_than_tenants() {
        let builder = WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody").unwrap());
        let quota = Quota::per_minute(1).unwrap();
        let now = Monotonic::from_origin(Duration::ZERO);
        builder.rate_store.take(&RateKey::everybody("client-ip"), quota, now).await.unwrap();
        assert_eq!((builder.rate_store.len(), builder.tenant_store.len()), (1, 0));

        let builder = builder.rate_store(MemoryRateStore::new(10).unwrap());
        builder.rate_store.take(&RateKey::everybody("client-ip"), quota, now).await.unwrap();
        assert_eq!((builder.rate_store.len(), builder.tenant_store.len()), (1, 1));
    }
}
