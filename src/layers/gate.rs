//! The shape that `SignatureVerify` and `RateLimit` share: ask somebody, then call on or turn away.

use super::{
    deadline::poll_now,
    future::{self, Resume, Step},
    respond::respond,
};
use crate::rejection::{Rejection, ResponseForRejection};
use http::{Request, Response};
use std::{fmt, future::Future, task::Poll};
use tower_service::Service;

/// Decides about a request with a body `B`, which stays where it is meanwhile: to move a request about costs more than
/// most decisions. Cheap to clone: hosts clone services for each connection or request.
pub trait Gate<B>: Clone {
    /// A request that is decided about.
    type Held;
    /// What it has to wait for: ready at once where that is in memory.
    type Wait: Future + Unpin;
    /// What a request that is let through is admitted with.
    type Pass;
    /// The body of a request it lets through.
    type Admitted;

    #[doc(hidden)]
    fn decide(&self, held: &mut Self::Held, outcome: <Self::Wait as Future>::Output) -> Result<Self::Pass, Rejection>;

    #[doc(hidden)]
    fn admit(held: Self::Held, pass: Self::Pass) -> Request<Self::Admitted>;
}

/// The future of a layer that is a [`Gate`].
pub type ResponseFuture<G, S, R, B, ResBody> = future::ResponseFuture<
    <S as Service<Request<<G as Gate<B>>::Admitted>>>::Future,
    ResBody,
    Box<<G as Gate<B>>::Wait>,
    Box<Waiting<G, S, R, B>>,
>;

/// What waits for the answer.
pub struct Waiting<G: Gate<B>, S, R, B> {
    gate: G,
    inner: S,
    hook: R,
    held: Option<G::Held>,
}

/// Decides inside `call` if it can, and in the future if it must.
pub(crate) fn call<G, S, R, B, ResBody>(
    gate: &G,
    inner: &mut S,
    hook: &R,
    mut held: G::Held,
    ask: impl FnOnce(&G::Held) -> G::Wait,
) -> ResponseFuture<G, S, R, B, ResBody>
where
    G: Gate<B>,
    S: Service<Request<G::Admitted>, Response = Response<ResBody>> + Clone,
    R: ResponseForRejection<ResBody>,
{
    let mut wait = ask(&held);
    let decision = match poll_now(&mut wait) {
        Poll::Ready(outcome) => gate.decide(&mut held, outcome),
        Poll::Pending => {
            // The service that was polled ready is the one to be called; a fresh clone takes its place.
            let fresh = inner.clone();
            let inner = std::mem::replace(inner, fresh);
            let waiting = Waiting { gate: gate.clone(), inner, hook: hook.clone(), held: Some(held) };
            return ResponseFuture::<G, S, R, B, ResBody>::waiting_elsewhere(wait, waiting);
        }
    };
    drop(wait);
    match decision {
        Ok(pass) => ResponseFuture::<G, S, R, B, ResBody>::called(inner.call(G::admit(held, pass))),
        Err(rejection) => ResponseFuture::<G, S, R, B, ResBody>::rejected(respond(hook, rejection)),
    }
}

impl<G, S, R, B, ResBody> Resume<<G::Wait as Future>::Output, S::Future, ResBody> for Waiting<G, S, R, B>
where
    G: Gate<B>,
    S: Service<Request<G::Admitted>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    fn resume(&mut self, outcome: <G::Wait as Future>::Output) -> Option<Step<S::Future, ResBody>> {
        let mut held = self.held.take()?;
        Some(match self.gate.decide(&mut held, outcome) {
            Ok(pass) => Step::Called(self.inner.call(G::admit(held, pass))),
            Err(rejection) => Step::Rejected(respond(&self.hook, rejection)),
        })
    }
}

impl<G: Gate<B>, S, R, B> fmt::Debug for Waiting<G, S, R, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").finish_non_exhaustive()
    }
}
