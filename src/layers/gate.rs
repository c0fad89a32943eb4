//! The shape that `SignatureVerify` and `RateLimit` share: ask somebody, then call on or turn away.

use super::{
    deadline::{Deadline, TimedOut, poll_now},
    respond::respond,
};
use crate::rejection::{Rejection, ResponseForRejection};
use http::{Request, Response};
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
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
        outcome: Result<<Self::Wait as Future>::Output, TimedOut>,
    ) -> Result<Request<Self::Admitted>, Rejection>;
}

/// Decides inside `call` if it can, and in the future if it must.
pub(crate) fn call<G, S, R, B, ResBody>(
    gate: &G,
    inner: &mut S,
    hook: &R,
    limit: Duration,
    request: Request<B>,
    mut wait: G::Wait,
) -> ResponseFuture<G, S, R, B, ResBody>
where
    G: Gate<B>,
    S: Service<Request<G::Admitted>, Response = Response<ResBody>> + Clone,
    R: ResponseForRejection<ResBody>,
{
    let state = match poll_now(&mut wait) {
        Poll::Ready(output) => match gate.decide(request, Ok(output)) {
            Ok(request) => State::Called { future: inner.call(request) },
            Err(rejection) => State::rejected(respond(hook, rejection)),
        },
        Poll::Pending => {
            // The service that was polled ready is the one to be called; a fresh clone takes its place.
            let fresh = inner.clone();
            State::Waiting {
                wait: Deadline::new(wait, limit),
                // Boxed: only stores and key sources elsewhere ever wait.
                held: Some(Box::new(Held {
                    gate: gate.clone(),
                    inner: std::mem::replace(inner, fresh),
                    hook: hook.clone(),
                    request,
                })),
            }
        }
    };
    ResponseFuture { state }
}

pin_project! {
    /// Response future of [`SignatureVerify`](crate::SignatureVerify) and [`RateLimit`](crate::RateLimit).
    pub struct ResponseFuture<G, S, R, B, ResBody>
    where
        G: Gate<B>,
        S: Service<Request<G::Admitted>>,
    {
        #[pin]
        state: State<G, S, R, B, ResBody>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<G, S, R, B, ResBody>
    where
        G: Gate<B>,
        S: Service<Request<G::Admitted>>,
    {
        Waiting { #[pin] wait: Deadline<G::Wait>, held: Option<Box<Held<G, S, R, B>>> },
        Called { #[pin] future: S::Future },
        Rejected { response: Option<Box<Response<ResBody>>> },
    }
}

struct Held<G, S, R, B> {
    gate: G,
    inner: S,
    hook: R,
    request: Request<B>,
}

impl<G, S, R, B, ResBody> State<G, S, R, B, ResBody>
where
    G: Gate<B>,
    S: Service<Request<G::Admitted>>,
{
    fn rejected(response: Response<ResBody>) -> Self {
        Self::Rejected { response: Some(Box::new(response)) }
    }
}

impl<G, S, R, B, ResBody> Future for ResponseFuture<G, S, R, B, ResBody>
where
    G: Gate<B>,
    S: Service<Request<G::Admitted>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    type Output = Result<Response<ResBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let next = match state.as_mut().project() {
                StateProjection::Waiting { wait, held } => {
                    let outcome = ready!(wait.poll(cx));
                    // Taken once: the state changes in the same breath.
                    let Some(held) = held.take() else { return Poll::Pending };
                    let Held { gate, mut inner, hook, request } = *held;
                    match gate.decide(request, outcome) {
                        Ok(request) => State::Called { future: inner.call(request) },
                        Err(rejection) => State::rejected(respond(&hook, rejection)),
                    }
                }
                StateProjection::Called { future } => return future.poll(cx),
                StateProjection::Rejected { response } => match response.take() {
                    Some(response) => return Poll::Ready(Ok(*response)),
                    None => return Poll::Pending,
                },
            };
            state.set(next);
        }
    }
}

impl<G, S, R, B, ResBody> fmt::Debug for ResponseFuture<G, S, R, B, ResBody>
where
    G: Gate<B>,
    S: Service<Request<G::Admitted>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
