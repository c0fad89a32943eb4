//! Waiting for a store or a key source, but not for ever.

use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
use tokio::time::Sleep;

/// Polls once, outside of any task.
///
/// What is in memory answers at the first poll; then the layer decides inside `call`, without a copy of the inner
/// service and without a state to wait in. What is not ready is polled again by its task, which registers the real
/// waker: only the waker of the latest poll has to be woken.
pub(crate) fn poll_now<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// It took too long.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct TimedOut;

pin_project! {
    /// Gives up on `future` after `limit`. The timer starts when it is first needed.
    pub struct Deadline<F> {
        future: F,
        limit: Duration,
        #[pin]
        sleep: Option<Sleep>,
    }
}

impl<F: Future + Unpin> Deadline<F> {
    pub(crate) const fn new(future: F, limit: Duration) -> Self {
        Self { future, limit, sleep: None }
    }
}

impl<F: Future + Unpin> Future for Deadline<F> {
    type Output = Result<F::Output, TimedOut>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Poll::Ready(output) = Pin::new(this.future).poll(cx) {
            return Poll::Ready(Ok(output));
        }
        if this.sleep.is_none() {
            this.sleep.set(Some(tokio::time::sleep(*this.limit)));
        }
        match this.sleep.as_pin_mut() {
            Some(sleep) => sleep.poll(cx).map(|()| Err(TimedOut)),
            None => Poll::Pending,
        }
    }
}

impl<F> fmt::Debug for Deadline<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deadline").field("limit", &self.limit).finish_non_exhaustive()
    }
}
