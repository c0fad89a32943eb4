//! Counts requests against quotas.
//!
//! * Needs: any body for a limit by client IP (and [`ClientIpLayer`](crate::ClientIpLayer) above it), by header, by a
//!   closure or for everybody together; a [`Payload<Verified>`](crate::Payload) for a limit by tenant, so that nobody
//!   can spend a tenant's quota without its key.
//! * Yields: the request as it was.
//! * Rejects with: `rate_limited` (429, with `Retry-After` and the `RateLimit` headers of the IETF draft),
//!   `store_unavailable`, `peer_unknown`.
//!
//! ```
//! use tower_webhook::{Quota, RateLimitLayer};
//!
//! let by_address = RateLimitLayer::by_client_ip(Quota::per_second(50)?.burst(100)?);
//! let by_tenant = RateLimitLayer::by_tenant(Quota::per_second(10)?);
//! let by_header = RateLimitLayer::by_header(http::HeaderName::from_static("x-shop"), Quota::per_minute(60)?);
//! let by_plan = RateLimitLayer::by(Quota::per_minute(60)?, |head| {
//!     let shop = head.headers.get("x-shop")?.to_str().ok()?;
//!     Some(tower_webhook::layers::rate_limit::Bucket::new(shop))
//! });
//! # let _ = (by_address, by_tenant, by_header, by_plan);
//! # Ok::<(), tower_webhook::ConfigError>(())
//! ```
//!
//! What a client over its quota gets:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use std::convert::Infallible;
//! use tower::{ServiceBuilder, ServiceExt};
//! use tower_webhook::{ClientIpLayer, PeerAddr, Quota, RateLimitLayer};
//!
//! let service = ServiceBuilder::new()
//!     .layer(ClientIpLayer::new())
//!     .layer(RateLimitLayer::by_client_ip(Quota::per_minute(1)?))
//!     .service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Bytes::new())));
//! let deliver = |peer: [u8; 4]| {
//!     let mut request = Request::post("/").body(()).unwrap();
//!     request.extensions_mut().insert(PeerAddr::new(peer.into()));
//!     service.clone().oneshot(request)
//! };
//!
//! assert_eq!(deliver([192, 0, 2, 1]).await?.status(), 200);
//! let response = deliver([192, 0, 2, 1]).await?;
//! assert_eq!(response.status(), 429);
//! assert!(response.headers().contains_key("retry-after"));
//! assert_eq!(deliver([192, 0, 2, 2]).await?.status(), 200);
//! # Ok(()) }
//! ```
//!
//! Every header can be made up: a limit by header or closure slows down honest clients only, unless it stands below
//! the signature. Put a limit by client IP above the body, and one by tenant below the signature.

mod answer;
mod bucket;

pub(super) use self::answer::settle;
pub use self::{
    answer::{Answer, Refusal},
    bucket::{Bucket, ByClientIp, ByClosure, ByHeader, ByNothing, ByTenant, CountBy, Head},
};

use super::{
    deadline::{Deadline, TimedOut},
    gate::{self, Gate},
};
use crate::{
    clock::{Clock, SystemClock},
    error::ConfigError,
    observe::{self, Started},
    rejection::{ProblemJson, Rejection, Reported, ResponseForRejection},
    stores::{LimitName, MemoryRateStore, Quota, RateStore},
};
use http::{HeaderName, Request, Response};
use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower_layer::Layer;
use tower_service::Service;

/// Applies [`RateLimit`]. See the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct RateLimitLayer<K, T = MemoryRateStore, R = ProblemJson> {
    judge: Judge<K, T>,
    respond: R,
}

/// Middleware that counts requests. See the [module](self).
#[derive(Clone, Debug)]
pub struct RateLimit<S, K, T = MemoryRateStore, R = ProblemJson> {
    inner: S,
    judge: Arc<Judge<K, T>>,
    respond: R,
}

/// The decision of [`RateLimit`].
#[derive(Clone, Debug)]
pub struct Judge<K, T> {
    by: K,
    /// `None` lets pass whoever has no quota of its own: a limit of [`WebhookLayer`](crate::WebhookLayer) that nobody
    /// asked for.
    quota: Option<Quota>,
    name: LimitName,
    store: T,
    store_timeout: Duration,
    clock: Arc<dyn Clock>,
    fail_open: bool,
    report_only: bool,
}

impl RateLimitLayer<ByNothing> {
    /// One quota for everybody together.
    pub fn for_everybody(quota: Quota) -> Self {
        Self::counting(ByNothing, "everybody", quota)
    }
}

impl RateLimitLayer<ByClientIp> {
    /// A quota for each client: each IPv4 address, each IPv6 network of 64 bits.
    pub fn by_client_ip(quota: Quota) -> Self {
        Self::counting(ByClientIp { ipv6_prefix: 64 }, "client-ip", quota)
    }

    /// How many bits of an IPv6 address name a client; 64 unless set.
    ///
    /// # Errors
    ///
    /// When it is not from 1 to 128.
    pub fn ipv6_prefix(mut self, bits: u8) -> Result<Self, ConfigError> {
        self.judge.by.ipv6_prefix = checked_ipv6_prefix(bits)?;
        Ok(self)
    }
}

pub(super) fn checked_ipv6_prefix(bits: u8) -> Result<u8, ConfigError> {
    match bits {
        1..=128 => Ok(bits),
        _ => Err(ConfigError::new("rate_limit.ipv6_prefix", "must be from 1 to 128 bits")),
    }
}

impl RateLimitLayer<ByHeader> {
    /// A quota for each value of a header. Anybody can make up new values.
    pub fn by_header(name: HeaderName, quota: Quota) -> Self {
        Self::counting(ByHeader { name }, "header", quota)
    }
}

impl RateLimitLayer<ByTenant> {
    /// A quota for each tenant. It has to stand below the signature; elsewhere it does not compile.
    pub fn by_tenant(quota: Quota) -> Self {
        Self::counting(ByTenant, "tenant", quota)
    }
}

impl<F> RateLimitLayer<ByClosure<F>>
where
    F: Fn(Head<'_>) -> Option<Bucket> + Clone,
{
    /// A quota for each bucket the closure names, and its own quota if the bucket has one: tiers. `None` is not
    /// limited.
    pub fn by(quota: Quota, closure: F) -> Self {
        Self::counting(ByClosure { closure }, "closure", quota)
    }
}

impl<K> RateLimitLayer<K> {
    fn counting(by: K, name: &'static str, quota: Quota) -> Self {
        Self {
            judge: Judge {
                by,
                quota: Some(quota),
                name: name.into(),
                store: MemoryRateStore::default(),
                store_timeout: Duration::from_millis(250),
                clock: Arc::new(SystemClock),
                fail_open: false,
                report_only: false,
            },
            respond: ProblemJson,
        }
    }
}

impl<K, T, R> RateLimitLayer<K, T, R> {
    /// Keeps this limit's counts apart from those of other limits that share the store.
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.judge.name = name.into().into();
        self
    }

    /// Counts in `store`, so that limits or instances can share it.
    pub fn store<Q: RateStore>(self, store: Q) -> RateLimitLayer<K, Q, R> {
        let Judge { by, quota, name, store_timeout, clock, fail_open, report_only, .. } = self.judge;
        RateLimitLayer {
            judge: Judge { by, quota, name, store, store_timeout, clock, fail_open, report_only },
            respond: self.respond,
        }
    }

    /// How long the store may take; 250 milliseconds unless set.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn store_timeout(mut self, timeout: Duration) -> Result<Self, ConfigError> {
        if timeout.is_zero() {
            return Err(ConfigError::new("rate_limit.store_timeout", "leaves the store no time to answer"));
        }
        self.judge.store_timeout = timeout;
        Ok(self)
    }

    /// Lets requests through while the store is down: an attacker who can bring it down has no limit. Each such
    /// request is logged as an error.
    pub fn insecure_fail_open(self) -> Self {
        observe::warning(
            "insecure_fail_open",
            "is set on a `RateLimitLayer`: while its store is down, nobody is limited",
        );
        self.failing_open()
    }

    /// The same, for whoever has given the warning already.
    pub(crate) const fn failing_open(mut self) -> Self {
        self.judge.fail_open = true;
        self
    }

    /// Takes the time from `clock`.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.judge.clock = Arc::new(clock);
        self
    }

    pub(crate) fn shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.judge.clock = clock;
        self
    }

    /// Without a quota, whoever has none of its own passes.
    pub(crate) const fn with_quota(mut self, quota: Option<Quota>) -> Self {
        self.judge.quota = quota;
        self
    }

    /// Lets everything through, and notes in the request's [`Reported`] extension what would have been turned away.
    pub const fn insecure_report_only(mut self) -> Self {
        self.judge.report_only = true;
        self
    }

    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<Q>(self, respond: Q) -> RateLimitLayer<K, T, Q> {
        RateLimitLayer { judge: self.judge, respond }
    }
}

impl<S, K: Clone, T: Clone, R: Clone> Layer<S> for RateLimitLayer<K, T, R> {
    type Service = RateLimit<S, K, T, R>;

    fn layer(&self, inner: S) -> Self::Service {
        RateLimit { inner, judge: Arc::new(self.judge.clone()), respond: self.respond.clone() }
    }
}

impl<K, T: RateStore> Judge<K, T> {
    /// `None` if the request is not limited.
    fn ask<B>(&self, request: &Request<B>) -> Option<Answer<T::Take>>
    where
        K: CountBy<B>,
    {
        let bucket = match self.by.bucket(request) {
            Ok(Some(bucket)) => bucket,
            Ok(None) => return None,
            // Nobody asked for this limit: it must not fail for want of what only it needs.
            Err(_) if self.quota.is_none() => return None,
            Err(rejection) => return Some(Answer::refuse(rejection)),
        };
        let quota = bucket.quota.or(self.quota)?;
        let key = bucket.key(&self.name);
        Some(Answer::of_store(self.store.take(&key, quota, self.clock.monotonic()), quota))
    }
}

impl<K, T, B> Gate<B> for Arc<Judge<K, T>>
where
    K: CountBy<B>,
    T: RateStore,
{
    type Held = Request<B>;
    type Wait = Deadline<Answer<T::Take>>;
    type Pass = ();
    type Admitted = B;

    fn decide(
        &self,
        request: &mut Request<B>,
        outcome: Result<Result<(), Refusal>, TimedOut>,
    ) -> Result<(), Rejection> {
        if let Err(rejection) = settle(outcome, self.fail_open) {
            observe::rejected(&rejection, None, request.extensions(), Started::unknown());
            if !self.report_only {
                return Err(rejection);
            }
            Reported::add(request.extensions_mut(), rejection);
        }
        Ok(())
    }

    fn admit(request: Request<B>, (): ()) -> Request<B> {
        request
    }
}

impl<S, K, T, R, B, ResBody> Service<Request<B>> for RateLimit<S, K, T, R>
where
    K: CountBy<B>,
    T: RateStore,
    S: Service<Request<B>, Response = Response<ResBody>> + Clone,
    R: ResponseForRejection<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = gate::ResponseFuture<Arc<Judge<K, T>>, S, R, B, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Some(answer) = self.judge.ask(&request) else { return Self::Future::called(self.inner.call(request)) };
        let wait = |_: &_| Deadline::new(answer, self.judge.store_timeout);
        gate::call(&self.judge, &mut self.inner, &self.respond, request, wait)
    }
}
