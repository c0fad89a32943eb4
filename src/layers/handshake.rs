//! Answers the challenges that providers send before they deliver.
//!
//! * Needs: [`Payload<Buffered>`](crate::Payload) for challenges that are [`Unsigned`], [`Payload<Verified>`] for those
//!   that are [`Signed`].
//! * Yields: the request as it was, if it is no challenge.
//! * Rejects with: `signature_mismatch` (401) a challenge with a wrong token; `store_unavailable` (503) one that your
//!   callback cannot decide in time.
//!
//! Part of [`WebhookLayer`](crate::WebhookLayer), at both places, once it is given a handshake. In a stack of your own,
//! unsigned challenges are answered between body and signature: behind the limits, so that no stranger can make you work
//! at will. The layers above must be told, because a challenge may be a GET and has no signature:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::{BodyExt, Full};
//! use tower::{ServiceBuilder, ServiceExt};
//! use tower_webhook::{
//!     BufferedBodyLayer, Handshake, HandshakeLayer, Payload, PostOnlyLayer, Secret, SignatureVerifyLayer, Verified,
//!     Verifier, schemes,
//! };
//!
//! let verifier = Verifier::new(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?)?;
//! let challenge = Handshake::dropbox();
//! let hook = ServiceBuilder::new()
//!     .layer(PostOnlyLayer::new().handshake(challenge.clone()))
//!     .layer(BufferedBodyLayer::new().precheck(verifier.clone()).handshake(challenge.clone()))
//!     .layer(HandshakeLayer::new(challenge))
//!     .layer(SignatureVerifyLayer::new(verifier))
//!     .layer(HandshakeLayer::new(Handshake::slack()))
//!     .service_fn(async |_: Request<Payload<Verified>>| {
//!         Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
//!     });
//!
//! let response = hook.clone().oneshot(Request::get("/?challenge=abc123").body(Full::<Bytes>::default())?).await?;
//! assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
//! assert_eq!(response.into_body().collect().await?.to_bytes(), "abc123");
//!
//! // Not of the documented shape, so it is a GET like any other.
//! let script = Request::get("/?challenge=%3Cscript%3E").body(Full::<Bytes>::default())?;
//! assert_eq!(hook.oneshot(script).await?.status(), 405);
//! # Ok(()) }
//! ```
//!
//! A challenge in the wrong place does not compile:
//!
//! ```compile_fail,E0277
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use tower::{Service, ServiceBuilder};
//! use tower_webhook::{BufferedBodyLayer, Handshake, HandshakeLayer};
//!
//! let mut hook = ServiceBuilder::new()
//!     .layer(BufferedBodyLayer::new())
//!     .layer(HandshakeLayer::new(Handshake::slack())) // nobody has checked Slack's signature yet
//!     .service_fn(async |_| Ok::<_, ()>(Response::new(Full::<Bytes>::default())));
//! let _ = hook.call(Request::new(Full::<Bytes>::default()));
//! ```

use super::{
    deadline::{Deadline, TimedOut, poll_now},
    future::{self, Resume, Step},
    respond::respond,
};
use crate::{
    error::ConfigError,
    handshakes::{AnsweredHandshake, Deciding, Decision, Handshake, Head, Question, Reply, Signed, Unsigned, Verdict},
    observe::{self, Started},
    payload::{Buffered, Payload, Verified},
    rejection::{ProblemJson, Rejection, RejectionKind, ResponseForRejection},
    webhook::Protocol,
};
use bytes::Bytes;
use http::{Request, Response};
use std::{
    fmt,
    marker::PhantomData,
    task::{Context, Poll},
    time::Duration,
};
use tower_layer::Layer;
use tower_service::Service;

/// Applies [`AnswerHandshake`]. See the [module](self).
#[must_use]
pub struct HandshakeLayer<P, H = Handshake<P>, R = ProblemJson> {
    settings: Settings<P, H, R>,
}

/// Middleware that answers challenges. See the [module](self).
pub struct AnswerHandshake<S, P, H = Handshake<P>, R = ProblemJson> {
    inner: S,
    settings: Settings<P, H, R>,
}

struct Settings<P, H, R> {
    handshakes: H,
    decision_timeout: Duration,
    respond: R,
    place: PhantomData<fn() -> P>,
}

impl<P> HandshakeLayer<P> {
    /// Answers the challenges of `handshake`.
    pub const fn new(handshake: Handshake<P>) -> Self {
        Self::with(handshake)
    }
}

impl<P, H> HandshakeLayer<P, H> {
    pub(crate) const fn with(handshakes: H) -> Self {
        let settings =
            Settings { handshakes, decision_timeout: Duration::from_secs(3), respond: ProblemJson, place: PhantomData };
        Self { settings }
    }
}

impl<P, H, R> HandshakeLayer<P, H, R> {
    /// How long your callback may take before the request ends with 503; 3 seconds unless set.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn decision_timeout(mut self, timeout: Duration) -> Result<Self, ConfigError> {
        if timeout.is_zero() {
            return Err(ConfigError::new("decision_timeout", "leaves the callback no time to decide"));
        }
        self.settings.decision_timeout = timeout;
        Ok(self)
    }

    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<T>(self, respond: T) -> HandshakeLayer<P, H, T> {
        let Settings { handshakes, decision_timeout, place, .. } = self.settings;
        HandshakeLayer { settings: Settings { handshakes, decision_timeout, respond, place } }
    }
}

/// A request body at which challenges of the sort `P` can be answered.
#[diagnostic::on_unimplemented(
    message = "`HandshakeLayer` got a `{Self}`, but challenges that are `{P}` are answered elsewhere",
    label = "this handshake does not belong here",
    note = "unsigned challenges: put `HandshakeLayer` between `BufferedBodyLayer` and `SignatureVerifyLayer`",
    note = "signed challenges: put `HandshakeLayer` right below `SignatureVerifyLayer`, or forged ones would be answered"
)]
pub trait TakesHandshake<P>: sealed::Sealed {
    #[doc(hidden)]
    fn received(&self) -> &Bytes;

    /// In report-only mode a request may come by that nobody vouches for. It has no claim to an answer.
    #[doc(hidden)]
    fn deserves_an_answer(&self) -> bool {
        true
    }
}

impl TakesHandshake<Unsigned> for Payload<Buffered> {
    fn received(&self) -> &Bytes {
        self.bytes()
    }
}

impl TakesHandshake<Signed> for Payload<Verified> {
    fn received(&self) -> &Bytes {
        self.bytes()
    }

    fn deserves_an_answer(&self) -> bool {
        self.event().reported().is_none()
    }
}

/// What a [`HandshakeLayer`] answers with a response body `B`. `()` is nothing, with any.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot answer challenges with a `{B}` body",
    label = "an answer cannot be made of this response body",
    note = "handshakes need a response body that is `From<Bytes>`",
    note = "put layers that wrap the response body (`TraceLayer`, `CompressionLayer`) above the webhook layers"
)]
pub trait Handshakes<P, B>: Clone + sealed::Sealed {
    #[doc(hidden)]
    fn known(&self) -> Option<Known<'_, P, B>>;
}

/// Handshakes, and how their answer becomes a response.
#[doc(hidden)]
pub struct Known<'a, P, B> {
    handshake: &'a Handshake<P>,
    render: fn(Reply) -> Response<B>,
}

impl<P, B> fmt::Debug for Known<'_, P, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.handshake.fmt(f)
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl<S> Sealed for crate::payload::Payload<S> {}
    impl<P> Sealed for super::Handshake<P> {}
    impl Sealed for super::Protocol {}
}

impl<P, B> Handshakes<P, B> for () {
    fn known(&self) -> Option<Known<'_, P, B>> {
        None
    }
}

impl<P, B: From<Bytes>> Handshakes<P, B> for Handshake<P> {
    fn known(&self) -> Option<Known<'_, P, B>> {
        Some(Known { handshake: self, render: Reply::into_response })
    }
}

impl<B: From<Bytes>> Handshakes<Unsigned, B> for Protocol {
    fn known(&self) -> Option<Known<'_, Unsigned, B>> {
        self.unsigned().known()
    }
}

impl<B: From<Bytes>> Handshakes<Signed, B> for Protocol {
    fn known(&self) -> Option<Known<'_, Signed, B>> {
        self.signed().known()
    }
}

impl<S, P, H: Clone, R: Clone> Layer<S> for HandshakeLayer<P, H, R> {
    type Service = AnswerHandshake<S, P, H, R>;

    fn layer(&self, inner: S) -> Self::Service {
        AnswerHandshake { inner, settings: self.settings.clone() }
    }
}

impl<S, P, H, R, B, ResBody> Service<Request<B>> for AnswerHandshake<S, P, H, R>
where
    B: TakesHandshake<P>,
    H: Handshakes<P, ResBody>,
    S: Service<Request<B>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, R, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Settings { handshakes, decision_timeout, respond: hook, .. } = &self.settings;
        let known = handshakes.known().filter(|_| request.body().deserves_an_answer());
        let verdict = known.and_then(|Known { handshake, render }| {
            let (name, verdict) = handshake.answer(&Head::of(&request), request.body().received())?;
            Some((Answering { name, render, respond: hook.clone() }, verdict))
        });
        let Some((answering, verdict)) = verdict else { return Self::Future::called(self.inner.call(request)) };
        let Question { ask, accepted, refused } = match verdict {
            Verdict::Answer(reply) => return Self::Future::rejected(answering.answer(reply, &request)),
            Verdict::Refuse => return Self::Future::rejected(answering.refuse(&request)),
            Verdict::Pass => return Self::Future::called(self.inner.call(request)),
            Verdict::Ask(question) => question,
        };
        let mut decision = ask();
        let held = Held { answering, accepted, refused, request: request.map(|_| ()) };
        match poll_now(&mut decision) {
            Poll::Ready(decision) => Self::Future::rejected(held.decide(Ok(decision))),
            Poll::Pending => Self::Future::waiting_elsewhere(Deadline::new(decision, *decision_timeout), Some(held)),
        }
    }
}

/// The future of [`AnswerHandshake`].
pub type ResponseFuture<F, R, ResBody> =
    future::ResponseFuture<F, ResBody, Box<Deadline<Deciding>>, Box<Option<Held<R, ResBody>>>>;

/// Whose challenge it is, and how it is answered.
struct Answering<R, B> {
    name: &'static str,
    render: fn(Reply) -> Response<B>,
    respond: R,
}

impl<R: ResponseForRejection<B>, B> Answering<R, B> {
    fn answer<T>(&self, reply: Reply, request: &Request<T>) -> Response<B> {
        observe::answered(self.name, request.extensions());
        let mut response = (self.render)(reply);
        response.extensions_mut().insert(AnsweredHandshake::new(self.name));
        response
    }

    /// A wrong token is a guess like a wrong signature, and counts like one.
    fn refuse<T>(&self, request: &Request<T>) -> Response<B> {
        let hint = "the request is a challenge of this provider, but not with the token or key that was configured";
        self.reject(Rejection::new(RejectionKind::SignatureMismatch).hint(hint), request)
    }

    fn reject<T>(&self, rejection: Rejection, request: &Request<T>) -> Response<B> {
        observe::rejected(&rejection, Some(self.name), request.extensions(), Started::unknown());
        respond(&self.respond, rejection)
    }
}

/// What waits for the callback.
pub struct Held<R, B> {
    answering: Answering<R, B>,
    accepted: Reply,
    refused: Option<Reply>,
    request: Request<()>,
}

impl<R: ResponseForRejection<B>, B> Held<R, B> {
    fn decide(self, decision: Result<Decision, TimedOut>) -> Response<B> {
        let Self { answering, accepted, refused, request } = self;
        match decision.unwrap_or(Decision::TryLater) {
            Decision::Accept => answering.answer(accepted, &request),
            Decision::Refuse => match refused {
                Some(reply) => answering.answer(reply, &request),
                None => answering.refuse(&request),
            },
            Decision::TryLater => {
                let rejection = Rejection::new(RejectionKind::StoreUnavailable)
                    .retry_after(Duration::from_secs(1))
                    .hint("the handshake's callback did not decide");
                answering.reject(rejection, &request)
            }
        }
    }
}

impl<R, B, F> Resume<Result<Decision, TimedOut>, F, B> for Option<Held<R, B>>
where
    R: ResponseForRejection<B>,
{
    fn resume(&mut self, decision: Result<Decision, TimedOut>) -> Option<Step<F, B>> {
        Some(Step::Rejected(self.take()?.decide(decision)))
    }
}

impl<R, B> fmt::Debug for Held<R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("handshake", &self.answering.name).finish_non_exhaustive()
    }
}

impl<P, H: Clone, R: Clone> Clone for Settings<P, H, R> {
    fn clone(&self) -> Self {
        Self {
            handshakes: self.handshakes.clone(),
            decision_timeout: self.decision_timeout,
            respond: self.respond.clone(),
            place: PhantomData,
        }
    }
}

impl<P, H: Clone, R: Clone> Clone for HandshakeLayer<P, H, R> {
    fn clone(&self) -> Self {
        Self { settings: self.settings.clone() }
    }
}

impl<S: Clone, P, H: Clone, R: Clone> Clone for AnswerHandshake<S, P, H, R> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), settings: self.settings.clone() }
    }
}

impl<P, H: fmt::Debug, R> fmt::Debug for HandshakeLayer<P, H, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandshakeLayer").field("handshakes", &self.settings.handshakes).finish_non_exhaustive()
    }
}

impl<S, P, H: fmt::Debug, R> fmt::Debug for AnswerHandshake<S, P, H, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerHandshake").field("handshakes", &self.settings.handshakes).finish_non_exhaustive()
    }
}
