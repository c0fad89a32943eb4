//! Turns a buffered payload into a verified one, or away.
//!
//! * Needs: [`Payload<Buffered>`](crate::Payload), so [`BufferedBodyLayer`](crate::BufferedBodyLayer) above it.
//! * Yields: [`Payload<Verified>`](crate::Payload), and a [`VerifiedEvent`] in the request's extensions.
//! * Rejects with: `signature_missing`, `signature_malformed`, `signature_mismatch`, `timestamp_out_of_tolerance`
//!   (all 401 and alike on the wire), `payload_malformed`, `keys_unavailable`; for a tenant with an allowlist of its
//!   own also `ip_not_allowed`, and `peer_unknown` where no [`ClientIpLayer`](crate::ClientIpLayer) stands above.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response, StatusCode};
//! use http_body_util::Full;
//! use tower::{Service, ServiceBuilder};
//! use tower_webhook::{BufferedBodyLayer, Payload, Secret, SignatureVerifyLayer, Verified, Verifier, schemes};
//!
//! let verifier = Verifier::new(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?)?;
//! let mut hook = ServiceBuilder::new()
//!     .layer(BufferedBodyLayer::new().precheck(verifier.clone()))
//!     .layer(SignatureVerifyLayer::new(verifier))
//!     .service_fn(async |request: Request<Payload<Verified>>| {
//!         Ok::<_, std::convert::Infallible>(Response::new(Full::new(request.into_body().into_bytes())))
//!     });
//!
//! let signed = Request::post("/")
//!     .header("x-hub-signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
//! let response = hook.call(signed.body(Full::from("Hello, World!"))?).await?;
//! assert_eq!(response.status(), StatusCode::OK);
//!
//! let response = hook.call(Request::post("/").body(Full::from("Hello, World!"))?).await?;
//! assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
//! # Ok(()) }
//! ```

use super::{
    audit::Trail,
    deadline::{Deadline, TimedOut},
    gate::{self, Gate},
};
use crate::{
    error::ConfigError,
    event::VerifiedEvent,
    observe::{self, Started},
    payload::{Buffered, IsBuffered, Payload, Verified},
    rejection::{ProblemJson, Rejection, Reported, ResponseForRejection},
    schemes::Scheme,
    secrets::{Credentials, KeySource, KeySourceError, Keyring},
    verifier::{Verifier, is_large},
};
use bytes::Bytes;
use http::{Request, Response, request::Parts};
use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower_layer::Layer;
use tower_service::Service;

/// Applies [`SignatureVerify`]. See the [module](self).
#[must_use]
pub struct SignatureVerifyLayer<C, K = Keyring, R = ProblemJson> {
    judge: Judge<C, K>,
    respond: R,
}

/// Middleware that checks the sender's signature. See the [module](self).
pub struct SignatureVerify<S, C, K = Keyring, R = ProblemJson> {
    inner: S,
    judge: Arc<Judge<C, K>>,
    respond: R,
}

/// The decision of [`SignatureVerify`].
pub struct Judge<C, K> {
    verifier: Verifier<C, K>,
    key_timeout: Duration,
    report_only: bool,
}

/// What [`SignatureVerify`] decides about.
pub struct Delivery {
    head: Parts,
    payload: Payload<Buffered>,
}

impl<C, K> SignatureVerifyLayer<C, K> {
    /// Checks deliveries with `verifier`.
    pub const fn new(verifier: Verifier<C, K>) -> Self {
        Self {
            judge: Judge { verifier, key_timeout: Duration::from_secs(2), report_only: false },
            respond: ProblemJson,
        }
    }
}

impl<C, K, R> SignatureVerifyLayer<C, K, R> {
    /// How long a key source may take before the request ends with 503; 2 seconds unless set.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn key_timeout(mut self, timeout: Duration) -> Result<Self, ConfigError> {
        if timeout.is_zero() {
            return Err(ConfigError::new("key_timeout", "leaves the key source no time to answer"));
        }
        self.judge.key_timeout = timeout;
        Ok(self)
    }

    /// Turns nobody away: an attacker's request reaches the handler like a genuine one.
    ///
    /// For trying a new set-up beside the old one. The handler sees what would have happened in
    /// [`VerifiedEvent::reported`](crate::VerifiedEvent::reported), and must not act on events that have it.
    pub fn insecure_report_only(self) -> Self {
        observe::warning(
            "insecure_report_only",
            "is set on a `SignatureVerifyLayer`: requests with a forged signature reach the handler",
        );
        self.reporting_only()
    }

    /// The same, for whoever has given the warning already.
    pub(crate) fn reporting_only(mut self) -> Self {
        self.judge.report_only = true;
        self
    }

    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<T>(self, respond: T) -> SignatureVerifyLayer<C, K, T> {
        SignatureVerifyLayer { judge: self.judge, respond }
    }
}

impl<S, C, K: Clone, R: Clone> Layer<S> for SignatureVerifyLayer<C, K, R> {
    type Service = SignatureVerify<S, C, K, R>;

    fn layer(&self, inner: S) -> Self::Service {
        SignatureVerify { inner, judge: Arc::new(self.judge.clone()), respond: self.respond.clone() }
    }
}

impl<C, K, B> Gate<B> for Arc<Judge<C, K>>
where
    C: Scheme,
    K: KeySource,
    B: IsBuffered,
{
    type Held = Delivery;
    type Wait = Checking<K::Lookup>;
    type Pass = VerifiedEvent;
    type Admitted = Payload<Verified>;

    fn decide(
        &self,
        Delivery { head, payload }: &mut Delivery,
        Checked(outcome): Checked,
    ) -> Result<VerifiedEvent, Rejection> {
        let (verdict, started) = match outcome {
            Outcome::Found(found) => {
                let started = Started::now(self.verifier.clock_handle());
                (self.verifier.judge(head, payload.bytes_mut(), in_time(found)), started)
            }
            Outcome::Judged(verdict, started) => (verdict, started),
        };
        observe::judged(self.verifier.scheme_name(), &started);
        let event = match verdict {
            Ok(event) => {
                observe::accepted(&event, started);
                event
            }
            Err(rejection) => {
                let scheme = self.verifier.scheme_name();
                observe::rejected(&rejection, Some(scheme), &head.extensions, started);
                Trail::note_refused(&head.extensions, scheme, payload.bytes_mut().len());
                if !self.report_only {
                    return Err(rejection);
                }
                // What the precheck has reported is found out again here.
                let known = head.extensions.get::<Reported>().map(Reported::rejections).unwrap_or_default();
                if known.iter().all(|known| known.kind() != rejection.kind()) {
                    Reported::add(&mut head.extensions, rejection.clone());
                }
                self.verifier.unverified(head, payload.bytes_mut(), rejection)
            }
        };
        // Who vouches for the request is written down in it, wherever one may look.
        Trail::note_event(&head.extensions, &event);
        head.extensions.insert(event.clone());
        Ok(event)
    }

    fn admit(Delivery { head, payload }: Delivery, event: VerifiedEvent) -> Request<Payload<Verified>> {
        // First: what comes between two moves of the head makes them two copies.
        let payload = payload.verified(event);
        Request::from_parts(head, payload)
    }
}

impl<S, C, K, R, B, ResBody> Service<Request<B>> for SignatureVerify<S, C, K, R>
where
    B: IsBuffered,
    C: Scheme,
    K: KeySource,
    S: Service<Request<Payload<Verified>>, Response = Response<ResBody>> + Clone,
    R: ResponseForRejection<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = gate::ResponseFuture<Arc<Judge<C, K>>, S, R, B, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (head, body) = request.into_parts();
        let delivery = Delivery { head, payload: body.into_buffered() };
        gate::call(&self.judge, &mut self.inner, &self.respond, delivery, |delivery| ask(&self.judge, delivery))
    }
}

fn ask<C: Scheme, K: KeySource>(judge: &Arc<Judge<C, K>>, delivery: &Delivery) -> Checking<K::Lookup> {
    let Delivery { head, payload } = delivery;
    let lookup = Deadline::new(judge.verifier.lookup(&head.headers), judge.key_timeout);
    let payload = payload.bytes();
    if is_large(payload) {
        // Beside the hash of a large body, a copy of the head is nothing.
        return Checking::InTurns(in_turns(Arc::clone(judge), head.clone(), payload.clone(), lookup));
    }
    Checking::Lookup(lookup)
}

/// What a verdict waits for.
#[non_exhaustive]
pub enum Checking<L> {
    /// The keys.
    Lookup(Deadline<L>),
    /// The keys, then the turns that it takes to hash a large body.
    InTurns(Pin<Box<dyn Future<Output = Checked> + Send>>),
}

type Found = Result<Option<Credentials>, KeySourceError>;

/// What came of it.
#[derive(Debug)]
pub struct Checked(Outcome);

#[derive(Debug)]
enum Outcome {
    /// The keys, if they came in time.
    Found(Result<Found, TimedOut>),
    /// The verdict.
    Judged(Result<VerifiedEvent, Rejection>, Started),
}

impl<L: Future<Output = Found> + Unpin> Future for Checking<L> {
    type Output = Checked;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Checked> {
        match self.get_mut() {
            Self::Lookup(lookup) => Pin::new(lookup).poll(cx).map(Outcome::Found).map(Checked),
            Self::InTurns(checked) => checked.as_mut().poll(cx),
        }
    }
}

fn in_turns<C: Scheme, K: KeySource>(
    judge: Arc<Judge<C, K>>,
    head: Parts,
    mut payload: Bytes,
    lookup: Deadline<K::Lookup>,
) -> Pin<Box<dyn Future<Output = Checked> + Send>> {
    Box::pin(async move {
        let found = in_time(lookup.await);
        let started = Started::now(judge.verifier.clock_handle());
        let verdict = judge.verifier.judge_in_turns(&head, &mut payload, found).await;
        Checked(Outcome::Judged(verdict, started))
    })
}

fn in_time(found: Result<Found, TimedOut>) -> Found {
    found.unwrap_or_else(|TimedOut| Err(KeySourceError::new("it did not answer in time")))
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys and signatures stand in headers and queries.
        f.debug_struct("Delivery").field("payload", &self.payload).finish_non_exhaustive()
    }
}

impl<L> fmt::Debug for Checking<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checking").finish_non_exhaustive()
    }
}

impl<C, K: Clone> Clone for Judge<C, K> {
    fn clone(&self) -> Self {
        Self { verifier: self.verifier.clone(), key_timeout: self.key_timeout, report_only: self.report_only }
    }
}

impl<C, K: Clone, R: Clone> Clone for SignatureVerifyLayer<C, K, R> {
    fn clone(&self) -> Self {
        Self { judge: self.judge.clone(), respond: self.respond.clone() }
    }
}

impl<S: Clone, C, K, R: Clone> Clone for SignatureVerify<S, C, K, R> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), judge: Arc::clone(&self.judge), respond: self.respond.clone() }
    }
}

impl<C, K: fmt::Debug> fmt::Debug for Judge<C, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.verifier.fmt(f)
    }
}

impl<C, K: fmt::Debug, R> fmt::Debug for SignatureVerifyLayer<C, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureVerifyLayer").field("verifier", &self.judge).finish_non_exhaustive()
    }
}

impl<S, C, K: fmt::Debug, R> fmt::Debug for SignatureVerify<S, C, K, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureVerify").field("verifier", &self.judge).finish_non_exhaustive()
    }
}
