//! Lets each verified delivery reach the handler once.
//!
//! * Needs: [`Payload<Verified>`](crate::Payload), so [`SignatureVerifyLayer`](crate::SignatureVerifyLayer) above it.
//! * Yields: [`Payload<Fresh>`](crate::Payload).
//! * Rejects with: `duplicate` (200: it was handled, the sender may forget it), `in_flight` (409), and
//!   `store_unavailable` (503).
//!
//! A delivery is claimed before the inner service is called. A success confirms the claim; anything else (an error, a
//! status that is no success, a gRPC status that is not OK, a panic, a client that went away) releases it, so that the
//! sender's next attempt is handled. A claim holds for a lease, which is renewed while the handler runs.
//!
//! The guard remembers for the *retention*, 24 hours unless set, which must outlast the scheme's tolerance. It tells
//! deliveries apart by [`VerifiedEvent::replay_key`](crate::VerifiedEvent::replay_key), which is made of signed
//! material only. Endpoints that share a store and must each handle an event once need a
//! [`namespace`](ReplayGuardLayer::namespace) each.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use std::{convert::Infallible, time::Duration};
//! use tower::{Service, ServiceBuilder};
//! use tower_webhook::{
//!     BufferedBodyLayer, Fresh, MemoryReplayStore, Payload, Rejection, RejectionKind, ReplayGuardLayer, Secret,
//!     SignatureVerifyLayer, Verifier, schemes,
//! };
//!
//! let verifier = Verifier::new(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?)?;
//! let guard = ReplayGuardLayer::new(MemoryReplayStore::new(100_000)?).retention(Duration::from_secs(3600))?;
//! let mut hook = ServiceBuilder::new()
//!     .layer(BufferedBodyLayer::new().precheck(verifier.clone()))
//!     .layer(SignatureVerifyLayer::new(verifier))
//!     .layer(guard)
//!     .service_fn(async |_: Request<Payload<Fresh>>| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())));
//!
//! let signed = Request::post("/")
//!     .header("x-hub-signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
//!     .body(Full::<Bytes>::from("Hello, World!"))?;
//! let response = hook.call(signed.clone()).await?;
//! assert!(response.extensions().get::<Rejection>().is_none());
//!
//! // The same delivery once more: acknowledged, and the handler is not called.
//! let response = hook.call(signed).await?;
//! assert_eq!(response.status(), 200);
//! assert_eq!(response.extensions().get::<Rejection>().unwrap().kind(), RejectionKind::Duplicate);
//! # Ok(()) }
//! ```

use super::{
    claim::{Claimed, Terms},
    deadline::{Deadline, TimedOut, poll_now},
    future::{self, Resume, Step},
    respond::respond,
};
use crate::{
    clock::{Clock, SystemClock},
    error::ConfigError,
    event::ReplayKey,
    observe::{self, Started},
    payload::{Fresh, IsVerified, Payload},
    rejection::{ProblemJson, Rejection, RejectionKind, ResponseForRejection},
    schemes::Scheme,
    stores::{Claim, ClaimRequest, MemoryReplayStore, ReplayStore, StoreError, StoreErrorKind},
};
use http::{Extensions, Request, Response, StatusCode};
use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower_layer::Layer;
use tower_service::Service;

pub use super::claim::{Asked, Handled};

/// Applies [`ReplayGuard`]. See the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct ReplayGuardLayer<T = MemoryReplayStore, R = ProblemJson> {
    terms: Terms<T>,
    rules: Rules,
    respond: R,
}

/// Middleware that lets each delivery through once. See the [module](self).
#[derive(Clone, Debug)]
pub struct ReplayGuard<S, T = MemoryReplayStore, R = ProblemJson> {
    inner: S,
    settings: Settings<T>,
    respond: R,
}

#[derive(Debug)]
struct Settings<T> {
    terms: Arc<Terms<T>>,
    rules: Rules,
}

#[derive(Clone, Debug)]
struct Rules {
    namespace: Option<Arc<str>>,
    duplicate_status: StatusCode,
    fail_open: bool,
}

impl<T: ReplayStore> ReplayGuardLayer<T> {
    /// Remembers deliveries in `store`.
    pub fn new(store: T) -> Self {
        Self {
            terms: Terms {
                store,
                clock: Arc::new(SystemClock),
                lease: Duration::from_secs(60),
                retention: Duration::from_secs(24 * 3600),
                store_timeout: Duration::from_millis(250),
            },
            rules: Rules { namespace: None, duplicate_status: StatusCode::OK, fail_open: false },
            respond: ProblemJson,
        }
    }
}

impl<T, R> ReplayGuardLayer<T, R> {
    /// How long a handled delivery is remembered; 24 hours unless set.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn retention(mut self, retention: Duration) -> Result<Self, ConfigError> {
        if retention.is_zero() {
            return Err(ConfigError::new("replay.retention", "is zero, so that nothing would be remembered"));
        }
        self.terms.retention = retention;
        Ok(self)
    }

    /// How long a claim holds unless it is renewed; 60 seconds unless set. It is the time a delivery stays blocked
    /// when the process that had it in hand is killed.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn lease(mut self, lease: Duration) -> Result<Self, ConfigError> {
        if lease.is_zero() {
            return Err(ConfigError::new("replay.lease", "is zero, so that nothing would be claimed"));
        }
        self.terms.lease = lease;
        Ok(self)
    }

    /// How long the store may take; 250 milliseconds unless set.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn store_timeout(mut self, timeout: Duration) -> Result<Self, ConfigError> {
        if timeout.is_zero() {
            return Err(ConfigError::new("replay.store_timeout", "leaves the store no time to answer"));
        }
        self.terms.store_timeout = timeout;
        Ok(self)
    }

    /// Keeps this endpoint's deliveries apart from those of others that share the store.
    pub fn namespace(mut self, namespace: impl Into<Arc<str>>) -> Self {
        self.rules.namespace = Some(namespace.into());
        self
    }

    /// What a duplicate is answered with; 200 unless set. A status that is no success makes most senders try again.
    pub const fn duplicate_status(mut self, status: StatusCode) -> Self {
        self.rules.duplicate_status = status;
        self
    }

    /// Lets deliveries through while the store is down: an attacker who can bring it down can replay what was signed,
    /// within the scheme's tolerance or, where no time is signed, at will. Each such delivery is logged as an error.
    pub const fn insecure_fail_open(mut self) -> Self {
        self.rules.fail_open = true;
        self
    }

    /// Takes the time from `clock`.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.terms.clock = Arc::new(clock);
        self
    }

    pub(crate) fn shared_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.terms.clock = clock;
        self
    }

    /// Whether the retention outlasts what `scheme` accepts as fresh. [`WebhookLayer`](crate::WebhookLayer) asks this
    /// by itself.
    ///
    /// # Errors
    ///
    /// When a delivery would be forgotten while its signed time is still accepted.
    pub fn check_retention(&self, scheme: &impl Scheme) -> Result<(), ConfigError> {
        match scheme.time_window() {
            Some(window) if self.terms.retention < window => Err(ConfigError::new(
                "replay.retention",
                format!(
                    "is {} s, less than the {} s (past and future tolerance) in which `{}` accepts a signed time: a \
                     delivery could be replayed once it is forgotten",
                    self.terms.retention.as_secs(),
                    window.as_secs(),
                    scheme.name()
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<Q>(self, respond: Q) -> ReplayGuardLayer<T, Q> {
        ReplayGuardLayer { terms: self.terms, rules: self.rules, respond }
    }
}

impl<S, T: Clone, R: Clone> Layer<S> for ReplayGuardLayer<T, R> {
    type Service = ReplayGuard<S, T, R>;

    fn layer(&self, inner: S) -> Self::Service {
        let settings = Settings { terms: Arc::new(self.terms.clone()), rules: self.rules.clone() };
        ReplayGuard { inner, settings, respond: self.respond.clone() }
    }
}

impl<T> Clone for Settings<T> {
    fn clone(&self) -> Self {
        Self { terms: Arc::clone(&self.terms), rules: self.rules.clone() }
    }
}

impl<T: ReplayStore> Settings<T> {
    /// The claim if the delivery may go on, with nothing to settle where the store was down and that is forgiven.
    fn judge(
        &self,
        extensions: &Extensions,
        key: ReplayKey,
        outcome: Result<Result<Claim, StoreError>, TimedOut>,
    ) -> Result<Option<Claimed<T>>, Rejection> {
        let outcome = outcome.unwrap_or(Err(StoreError::new(StoreErrorKind::TimedOut)));
        let rejection = match outcome {
            Ok(Claim::Claimed(token)) => return Ok(Some(Claimed::new(Arc::clone(&self.terms), key, token))),
            Ok(Claim::InFlight { lease_left }) => Rejection::new(RejectionKind::InFlight)
                .retry_after(lease_left.unwrap_or(self.terms.lease).min(self.terms.lease)),
            Ok(Claim::Done { status }) => {
                let rejection = Rejection::new(RejectionKind::Duplicate).with_status(self.rules.duplicate_status);
                match status {
                    Some(status) => rejection.first_status(status),
                    None => rejection,
                }
            }
            Err(error) if self.rules.fail_open => {
                observe::trouble("replay store down: a delivery was let through unguarded", &error);
                return Ok(None);
            }
            Err(error) => {
                Rejection::new(RejectionKind::StoreUnavailable).retry_after(Duration::from_secs(1)).caused_by(error)
            }
        };
        observe::rejected(&rejection, None, extensions, Started::unknown());
        Err(rejection)
    }
}

impl<S, T, R, B, ResBody> Service<Request<B>> for ReplayGuard<S, T, R>
where
    B: IsVerified,
    T: ReplayStore,
    S: Service<Request<Payload<Fresh>>, Response = Response<ResBody>> + Clone,
    R: ResponseForRejection<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S, T, R, B, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let event = request.body().verified_event();
        // In report-only mode an event may come by that nobody vouches for. It must leave no trace: a forgery could
        // otherwise use up the genuine delivery.
        if event.reported().is_some() {
            return Self::Future::called(Handled::new(self.inner.call(fresh(request)), None));
        }
        let key = match &self.settings.rules.namespace {
            Some(namespace) => event.replay_key().in_namespace(namespace),
            None => event.replay_key(),
        };
        let terms = &self.settings.terms;
        let claim = ClaimRequest::new(&key, terms.lease, terms.clock.monotonic())
            .tenant(event.tenant().map(crate::secrets::Tenant::id));
        let mut wait = terms.store.claim(&claim);
        match poll_now(&mut wait) {
            Poll::Ready(outcome) => match self.settings.judge(request.extensions(), key, Ok(outcome)) {
                Ok(claimed) => Self::Future::called(Handled::new(self.inner.call(fresh(request)), claimed)),
                Err(rejection) => Self::Future::rejected(respond(&self.respond, rejection)),
            },
            Poll::Pending => {
                let wait = Deadline::new(Asked::new(wait, Arc::clone(terms), key), terms.store_timeout);
                // The service that was polled ready is the one to be called; a fresh clone takes its place.
                let inner = self.inner.clone();
                let inner = std::mem::replace(&mut self.inner, inner);
                let (settings, respond, request) = (self.settings.clone(), self.respond.clone(), Some(request));
                let held = Held { inner, settings, respond, request, key };
                Self::Future::waiting_elsewhere(wait, held)
            }
        }
    }
}

fn fresh<B: IsVerified>(request: Request<B>) -> Request<Payload<Fresh>> {
    request.map(|payload| payload.into_verified().fresh())
}

/// The future of [`ReplayGuard`].
pub type ResponseFuture<S, T, R, B, ResBody> = future::ResponseFuture<
    Handled<<S as Service<Request<Payload<Fresh>>>>::Future, T, ResBody>,
    ResBody,
    Box<Deadline<Asked<T>>>,
    Box<Held<S, T, R, B>>,
>;

/// What waits for the store.
pub struct Held<S, T, R, B> {
    inner: S,
    settings: Settings<T>,
    respond: R,
    request: Option<Request<B>>,
    key: ReplayKey,
}

impl<S, T, R, B, ResBody> Resume<Result<Result<Claim, StoreError>, TimedOut>, Handled<S::Future, T, ResBody>, ResBody>
    for Held<S, T, R, B>
where
    B: IsVerified,
    T: ReplayStore,
    S: Service<Request<Payload<Fresh>>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    fn resume(
        &mut self,
        outcome: Result<Result<Claim, StoreError>, TimedOut>,
    ) -> Option<Step<Handled<S::Future, T, ResBody>, ResBody>> {
        let request = self.request.take()?;
        Some(match self.settings.judge(request.extensions(), self.key, outcome) {
            Ok(claimed) => Step::Called(Handled::new(self.inner.call(fresh(request)), claimed)),
            Err(rejection) => Step::Rejected(respond(&self.respond, rejection)),
        })
    }
}

impl<S, T, R, B> fmt::Debug for Held<S, T, R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("key", &self.key).finish_non_exhaustive()
    }
}
