//! A budget for failed attempts: whoever keeps guessing, or keeps us waiting for a body, is turned away before the body is read.
//!
//! * Needs: [`ClientIpLayer`](crate::ClientIpLayer) above it, the signature below it.
//! * Yields: the request as it was.
//! * Rejects with: `rate_limited`, `store_unavailable`, `peer_unknown`.
//!
//! Only responses that carry a 401 or a `body_timeout` (408) [`Rejection`] count: a guess, or a body that was dripped
//! in to keep a place. Honest senders hardly ever notice it, and it can be much stricter than a
//! [rate limit](super::rate_limit).
//!
//! An attempt is judged when it comes and counted when it has failed. Attempts that are in flight together are all
//! judged before any of them is counted, so a client can go over its budget by as many as it may have in flight: put an
//! [`InFlightLimitLayer`](crate::InFlightLimitLayer) with a share [per client](crate::InFlightLimitLayer::per_client)
//! above. A client that goes away before its failure is counted gains nothing: the count goes on without it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use std::convert::Infallible;
//! use tower::{Service, ServiceBuilder};
//! use tower_webhook::{
//!     BufferedBodyLayer, ClientIpLayer, FailureLimitLayer, Payload, PeerAddr, Quota, Secret, SignatureVerifyLayer,
//!     Verified, Verifier, schemes,
//! };
//!
//! let verifier = Verifier::new(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?)?;
//! let mut hook = ServiceBuilder::new()
//!     .layer(ClientIpLayer::new())
//!     .layer(FailureLimitLayer::by_client_ip(Quota::per_minute(2)?))
//!     .layer(BufferedBodyLayer::new().precheck(verifier.clone()))
//!     .layer(SignatureVerifyLayer::new(verifier))
//!     .service_fn(async |_: Request<Payload<Verified>>| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())));
//!
//! let guess = |peer: [u8; 4]| {
//!     let mut request = Request::post("/").body(Full::<Bytes>::from("a guess")).unwrap();
//!     request.extensions_mut().insert(PeerAddr::new(peer.into()));
//!     request
//! };
//! assert_eq!(hook.call(guess([192, 0, 2, 1])).await?.status(), 401);
//! assert_eq!(hook.call(guess([192, 0, 2, 1])).await?.status(), 401);
//! assert_eq!(hook.call(guess([192, 0, 2, 1])).await?.status(), 429);
//! assert_eq!(hook.call(guess([198, 51, 100, 1])).await?.status(), 401);
//! # Ok(()) }
//! ```

use super::{
    deadline::{Deadline, TimedOut, poll_now},
    future::{self, Resume, Step},
    rate_limit::{Answer, Bucket, Refusal, checked_ipv6_prefix, settle},
    respond::turn_away,
};
use crate::{
    clock::{Clock, SystemClock},
    error::ConfigError,
    net::ClientIp,
    observe,
    rejection::{ProblemJson, Rejection, RejectionKind, ResponseForRejection},
    stores::{LimitName, MemoryRateStore, Quota, RateDecision, RateKey, RateStore, StoreError, StoreErrorKind},
};
use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tower_layer::Layer;
use tower_service::Service;

/// Applies [`FailureLimit`]. See the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct FailureLimitLayer<T = MemoryRateStore, R = ProblemJson> {
    budget: Budget<T>,
    respond: R,
}

/// Middleware that counts failed attempts. See the [module](self).
#[derive(Clone, Debug)]
pub struct FailureLimit<S, T = MemoryRateStore, R = ProblemJson> {
    inner: S,
    budget: Budget<T>,
    respond: R,
}

#[derive(Clone, Debug)]
struct Budget<T> {
    /// `None` lets everything pass: a budget of [`WebhookLayer`](crate::WebhookLayer) that nobody asked for.
    quota: Option<Quota>,
    ipv6_prefix: u8,
    name: LimitName,
    store: T,
    store_timeout: Duration,
    clock: Arc<dyn Clock>,
    fail_open: bool,
}

impl FailureLimitLayer {
    /// A budget for each client: each IPv4 address, each IPv6 network of 64 bits.
    pub fn by_client_ip(quota: Quota) -> Self {
        Self {
            budget: Budget {
                quota: Some(quota),
                ipv6_prefix: 64,
                name: "failures".into(),
                store: MemoryRateStore::default(),
                store_timeout: Duration::from_millis(250),
                clock: Arc::new(SystemClock),
                fail_open: false,
            },
            respond: ProblemJson,
        }
    }
}

impl<T, R> FailureLimitLayer<T, R> {
    /// How many bits of an IPv6 address name a client; 64 unless set.
    ///
    /// # Errors
    ///
    /// When it is not from 1 to 128.
    pub fn ipv6_prefix(mut self, bits: u8) -> Result<Self, ConfigError> {
        self.budget.ipv6_prefix = checked_ipv6_prefix(bits)?;
        Ok(self)
    }

    /// Keeps this budget apart from others that share the store.
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.budget.name = name.into().into();
        self
    }

    /// Counts in `store`.
    pub fn store<Q: RateStore>(self, store: Q) -> FailureLimitLayer<Q, R> {
        let Budget { quota, ipv6_prefix, name, store_timeout, clock, fail_open, .. } = self.budget;
        FailureLimitLayer {
            budget: Budget { quota, ipv6_prefix, name, store, store_timeout, clock, fail_open },
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
            return Err(ConfigError::new("failure_limit.store_timeout", "leaves the store no time to answer"));
        }
        self.budget.store_timeout = timeout;
        Ok(self)
    }

    /// Lets requests through while the store is down: an attacker who can bring it down may guess at will.
    pub fn insecure_fail_open(self) -> Self {
        observe::warning(
            "insecure_fail_open",
            "is set on a `FailureLimitLayer`: while its store is down, anybody may guess at will",
        );
        self.failing_open()
    }

    /// The same, for whoever has given the warning already.
    pub(crate) const fn failing_open(mut self) -> Self {
        self.budget.fail_open = true;
        self
    }

    /// Takes the time from `clock`.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.budget.clock = Arc::new(clock);
        self
    }

    pub(crate) fn shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.budget.clock = clock;
        self
    }

    /// Without a quota everything passes.
    pub(crate) const fn with_quota(mut self, quota: Option<Quota>) -> Self {
        self.budget.quota = quota;
        self
    }

    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<Q>(self, respond: Q) -> FailureLimitLayer<T, Q> {
        FailureLimitLayer { budget: self.budget, respond }
    }
}

impl<S, T: Clone, R: Clone> Layer<S> for FailureLimitLayer<T, R> {
    type Service = FailureLimit<S, T, R>;

    fn layer(&self, inner: S) -> Self::Service {
        FailureLimit { inner, budget: self.budget.clone(), respond: self.respond.clone() }
    }
}

/// Whom a failure will be counted against.
#[derive(Debug)]
pub struct Account<T> {
    store: T,
    key: RateKey,
    quota: Quota,
    clock: Arc<dyn Clock>,
    store_timeout: Duration,
}

impl<T: RateStore> Budget<T> {
    fn account<B>(&self, request: &Request<B>) -> Result<Option<Account<T>>, Rejection> {
        let Some(quota) = self.quota else { return Ok(None) };
        let client = request.extensions().get::<ClientIp>().ok_or_else(|| {
            Rejection::new(RejectionKind::PeerUnknown)
                .hint("a budget for failures by client IP needs `ClientIpLayer` above it")
        })?;
        Ok(Some(Account {
            store: self.store.clone(),
            key: Bucket::of_client(client.ip(), self.ipv6_prefix).key(&self.name),
            quota,
            clock: Arc::clone(&self.clock),
            store_timeout: self.store_timeout,
        }))
    }
}

impl<T: RateStore> Account<T> {
    fn peek(&self) -> Answer<T::Take> {
        Answer::of_store(self.store.peek(&self.key, self.quota, self.clock.monotonic()), self.quota)
    }

    fn take(&self) -> T::Take {
        self.store.take(&self.key, self.quota, self.clock.monotonic())
    }
}

impl<S, T, R, B, ResBody> Service<Request<B>> for FailureLimit<S, T, R>
where
    T: RateStore,
    S: Service<Request<B>, Response = Response<ResBody>> + Clone,
    R: ResponseForRejection<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S, T, R, B, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let account = match self.budget.account(&request) {
            Ok(Some(account)) => account,
            Ok(None) => return Self::Future::called(Counted::new(self.inner.call(request), None)),
            Err(rejection) => return Self::Future::rejected(turn_away(&self.respond, rejection, request.extensions())),
        };
        let mut wait = account.peek();
        let fail_open = self.budget.fail_open;
        match poll_now(&mut wait) {
            Poll::Ready(answer) => match settle(Ok(answer), fail_open) {
                Ok(()) => Self::Future::called(Counted::new(self.inner.call(request), Some(account))),
                Err(rejection) => Self::Future::rejected(turn_away(&self.respond, rejection, request.extensions())),
            },
            Poll::Pending => {
                // The service that was polled ready is the one to be called; a fresh clone takes its place.
                let fresh = self.inner.clone();
                let inner = std::mem::replace(&mut self.inner, fresh);
                let held = Held {
                    inner,
                    respond: self.respond.clone(),
                    request: Some(request),
                    account: Some(account),
                    fail_open,
                };
                Self::Future::waiting_elsewhere(Deadline::new(wait, self.budget.store_timeout), held)
            }
        }
    }
}

/// The future of [`FailureLimit`].
pub type ResponseFuture<S, T, R, B, ResBody> = future::ResponseFuture<
    Counted<<S as Service<Request<B>>>::Future, T, ResBody>,
    ResBody,
    Box<Deadline<Answer<<T as RateStore>::Take>>>,
    Box<Held<S, T, R, B>>,
>;

/// What waits for the store.
pub struct Held<S, T, R, B> {
    inner: S,
    respond: R,
    request: Option<Request<B>>,
    account: Option<Account<T>>,
    fail_open: bool,
}

impl<S, T, R, B, ResBody> Resume<Result<Result<(), Refusal>, TimedOut>, Counted<S::Future, T, ResBody>, ResBody>
    for Held<S, T, R, B>
where
    T: RateStore,
    S: Service<Request<B>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    fn resume(
        &mut self,
        outcome: Result<Result<(), Refusal>, TimedOut>,
    ) -> Option<Step<Counted<S::Future, T, ResBody>, ResBody>> {
        let request = self.request.take()?;
        Some(match settle(outcome, self.fail_open) {
            Ok(()) => Step::Called(Counted::new(self.inner.call(request), self.account.take())),
            Err(rejection) => Step::Rejected(turn_away(&self.respond, rejection, request.extensions())),
        })
    }
}

pin_project! {
    /// The inner service's future; a failure that comes out of it is counted.
    pub struct Counted<F, T, ResBody>
    where
        T: RateStore,
    {
        #[pin]
        future: F,
        account: Option<Account<T>>,
        counting: Option<Counting<T::Take>>,
        response: Option<Box<Response<ResBody>>>,
    }
}

impl<F, T: RateStore, ResBody> Counted<F, T, ResBody> {
    const fn new(future: F, account: Option<Account<T>>) -> Self {
        Self { future, account, counting: None, response: None }
    }
}

impl<F, T, ResBody, E> Future for Counted<F, T, ResBody>
where
    T: RateStore,
    F: Future<Output = Result<Response<ResBody>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.counting.is_none() {
            let response = ready!(this.future.poll(cx))?;
            let Some(account) = this.account.take().filter(|_| is_failure(&response)) else {
                return Poll::Ready(Ok(response));
            };
            let mut take = account.take();
            if let Poll::Ready(counted) = poll_now(&mut take) {
                report(Ok(counted));
                return Poll::Ready(Ok(response));
            }
            *this.response = Some(Box::new(response));
            *this.counting = Some(Counting::new(take, account.store_timeout));
        }
        if let Some(counting) = this.counting {
            ready!(Pin::new(counting).poll(cx));
        }
        match this.response.take() {
            Some(response) => Poll::Ready(Ok(*response)),
            None => Poll::Pending,
        }
    }
}

/// A failure on its way into the store. Dropped before it has arrived, it goes on in the background: whoever hangs up
/// at once must not get its guesses for nothing.
struct Counting<F>
where
    F: Future<Output = Result<RateDecision, StoreError>> + Send + Unpin + 'static,
{
    take: Option<Pin<Box<Deadline<F>>>>,
}

impl<F> Counting<F>
where
    F: Future<Output = Result<RateDecision, StoreError>> + Send + Unpin + 'static,
{
    fn new(take: F, limit: Duration) -> Self {
        Self { take: Some(Box::pin(Deadline::new(take, limit))) }
    }
}

impl<F> Future for Counting<F>
where
    F: Future<Output = Result<RateDecision, StoreError>> + Send + Unpin + 'static,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(take) = &mut self.take {
            let counted = ready!(take.as_mut().poll(cx));
            self.take = None;
            report(counted);
        }
        Poll::Ready(())
    }
}

impl<F> Drop for Counting<F>
where
    F: Future<Output = Result<RateDecision, StoreError>> + Send + Unpin + 'static,
{
    fn drop(&mut self) {
        let Some(take) = self.take.take() else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            drop(runtime.spawn(async move { report(take.await) }));
        }
    }
}

/// A failure that could not be counted is one guess more, not a reason for another answer.
fn report(counted: Result<Result<RateDecision, StoreError>, TimedOut>) {
    if let Err(error) = counted.unwrap_or_else(|TimedOut| Err(StoreError::new(StoreErrorKind::TimedOut))) {
        observe::trouble("a failed attempt could not be counted", &error);
    }
}

fn is_failure<B>(response: &Response<B>) -> bool {
    let rejection = response.extensions().get::<Rejection>();
    rejection.is_some_and(|rejection| {
        rejection.kind().status() == StatusCode::UNAUTHORIZED || rejection.kind() == RejectionKind::BodyTimeout
    })
}

impl<S, T, R, B> fmt::Debug for Held<S, T, R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").finish_non_exhaustive()
    }
}

impl<F, T: RateStore, ResBody> fmt::Debug for Counted<F, T, ResBody> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counted").finish_non_exhaustive()
    }
}
