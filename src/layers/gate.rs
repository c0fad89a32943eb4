//! The shape that `SignatureVerify` and `RateLimit` share: ask somebody, then call on or turn away.

use super::{
    deadline::poll_now,
    future::{self, Resume, Step},
    respond::respond,
};
use crate::rejection::{Rejection, ResponseForRejection};
use http::{Request, Response};
use std::{fmt, future::Future, sync::Arc, task::Poll};
use tower_service::Service;

/// Decides about a request with a body `B`.
pub trait Gate<B>: Clone {
    /// What it has to wait for: ready at once where that is in memory.
    type Wait: Future + Unpin;
    /// The body of a request it lets through.
    type Admitted;

    #[doc(hidden)]
    fn decide(
        &self,
        request: Request<B>,
        outcome: <Self::Wait as Future>::Output,
    ) -> Result<Request<Self::Admitted>, Rejection>;
}

/// Shared, so that a service is cheap to clone: hosts clone it for each connection or request.
impl<B, G: Gate<B>> Gate<B> for Arc<G> {
    type Wait = G::Wait;
    type Admitted = G::Admitted;

    fn decide(
        &self,
        request: Request<B>,
        outcome: <Self::Wait as Future>::Output,
    ) -> Result<Request<Self::Admitted>, Rejection> {
        (**self).decide(request, outcome)
    }
}

/// The future of a layer that is a [`Gate`].
pub type ResponseFuture<G, S, R, B, ResBody> = future::ResponseFuture<
    <S as Service<Request<<G as Gate<B>>::Admitted>>>::Future,
    ResBody,
    Box<<G as Gate<B>>::Wait>,
    Box<Held<G, S, R, B>>,
>;

/// What waits for the answer.
pub struct Held<G, S, R, B> {
    gate: G,
    inner: S,
    hook: R,
    request: Request<B>,
}

/// Decides inside `call` if it can, and in the future if it must.
pub(crate) fn call<G, S, R, B, ResBody>(
    gate: &G,
    inner: &mut S,
    hook: &R,
    request: Request<B>,
    mut wait: G::Wait,
) -> ResponseFuture<G, S, R, B, ResBody>
where
    G: Gate<B>,
    S: Service<Request<G::Admitted>, Response = Response<ResBody>> + Clone,
    R: ResponseForRejection<ResBody>,
{
    match poll_now(&mut wait) {
        Poll::Ready(output) => match gate.decide(request, output) {
            Ok(request) => ResponseFuture::<G, S, R, B, ResBody>::called(inner.call(request)),
            Err(rejection) => ResponseFuture::<G, S, R, B, ResBody>::rejected(respond(hook, rejection)),
        },
        Poll::Pending => {
            // The service that was polled ready is the one to be called; a fresh clone takes its place.
            let fresh = inner.clone();
            let inner = std::mem::replace(inner, fresh);
            let held = Held { gate: gate.clone(), inner, hook: hook.clone(), request };
            ResponseFuture::<G, S, R, B, ResBody>::waiting_elsewhere(wait, held)
        }
    }
}

impl<G, S, R, B, ResBody> Resume<<G::Wait as Future>::Output, S::Future, ResBody> for Held<G, S, R, B>
where
    G: Gate<B>,
    S: Service<Request<G::Admitted>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    fn resume(self, outcome: <G::Wait as Future>::Output) -> Step<S::Future, ResBody> {
        let Self { gate, mut inner, hook, request } = self;
        match gate.decide(request, outcome) {
            Ok(request) => Step::Called(inner.call(request)),
            Err(rejection) => Step::Rejected(respond(&hook, rejection)),
        }
    }
}

impl<G, S, R, B> fmt::Debug for Held<G, S, R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").finish_non_exhaustive()
    }
}
