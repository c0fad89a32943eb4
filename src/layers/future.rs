//! The future of every layer: wait if there is something to wait for, then call on or turn away.

use http::Response;
use pin_project_lite::pin_project;
use std::{
    convert::Infallible,
    fmt,
    future::{Future, Pending},
    pin::Pin,
    task::{Context, Poll, ready},
};

pin_project! {
    /// Waits for `W`, lets `H` decide, and is then the inner service's future `F` or a response of ours.
    ///
    /// Layers that never wait leave `W` and `H` as they are.
    pub struct ResponseFuture<F, B, W = Pending<Infallible>, H = ()> {
        #[pin]
        state: State<F, B, W, H>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, B, W, H> {
        Waiting { #[pin] wait: W, held: H },
        Called { #[pin] future: F },
        // Boxed: a response is large, and hardly ever one of ours.
        Rejected { response: Option<Box<Response<B>>> },
    }
}

/// What a layer held on to while it waited, and what it then does.
pub trait Resume<O, F, B> {
    /// Decides, once; `None` says that it has.
    fn resume(&mut self, outcome: O) -> Option<Step<F, B>>;
}

/// A decision.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step<F, B> {
    /// The inner service was called.
    Called(F),
    /// The request is turned away with this response.
    Rejected(Response<B>),
}

/// Who never waits has nothing to decide.
impl<F, B> Resume<Infallible, F, B> for () {
    fn resume(&mut self, outcome: Infallible) -> Option<Step<F, B>> {
        match outcome {}
    }
}

impl<O, F, B, H: Resume<O, F, B>> Resume<O, F, B> for Box<H> {
    fn resume(&mut self, outcome: O) -> Option<Step<F, B>> {
        (**self).resume(outcome)
    }
}

impl<F, B, W, H> ResponseFuture<F, B, W, H> {
    pub(crate) const fn called(future: F) -> Self {
        Self { state: State::Called { future } }
    }

    pub(crate) fn rejected(response: Response<B>) -> Self {
        Self { state: State::Rejected { response: Some(Box::new(response)) } }
    }

    /// For what nearly always has to wait: it waits in place.
    pub(crate) const fn waiting(wait: W, held: H) -> Self {
        Self { state: State::Waiting { wait, held } }
    }
}

impl<F, B, W, H> ResponseFuture<F, B, Box<W>, Box<H>> {
    /// For what hardly ever has to wait: every layer further out moves its future, and what waits is large.
    pub(crate) fn waiting_elsewhere(wait: W, held: H) -> Self {
        Self::waiting(Box::new(wait), Box::new(held))
    }
}

impl<F, B, W, H, E> Future for ResponseFuture<F, B, W, H>
where
    F: Future<Output = Result<Response<B>, E>>,
    W: Future,
    H: Resume<W::Output, F, B>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let step = match state.as_mut().project() {
                StateProjection::Waiting { wait, held } => {
                    let outcome = ready!(wait.poll(cx));
                    // The state changes in the same breath.
                    let Some(step) = held.resume(outcome) else { return Poll::Pending };
                    step
                }
                StateProjection::Called { future } => return future.poll(cx),
                StateProjection::Rejected { response } => match response.take() {
                    Some(response) => return Poll::Ready(Ok(*response)),
                    // Polled after completion, which a future may answer as it likes, short of a panic.
                    None => return Poll::Pending,
                },
            };
            match step {
                Step::Called(future) => state.set(State::Called { future }),
                Step::Rejected(response) => return Poll::Ready(Ok(response)),
            }
        }
    }
}

impl<F, B, W, H> fmt::Debug for ResponseFuture<F, B, W, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
