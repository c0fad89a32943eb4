//! Waiting for a store or a key source, but not for ever.

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

/// Gives up on `future` after `limit`. The timer starts when it is first needed.
pub struct Deadline<F> {
    future: F,
    limit: Duration,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<F: Future + Unpin> Deadline<F> {
    pub(crate) const fn new(future: F, limit: Duration) -> Self {
        Self { future, limit, sleep: None }
    }
}

impl<F: Future + Unpin> Future for Deadline<F> {
    type Output = Result<F::Output, TimedOut>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if let Poll::Ready(output) = Pin::new(&mut this.future).poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let sleep = this.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep(this.limit)));
        sleep.as_mut().poll(cx).map(|()| Err(TimedOut))
    }
}

impl<F> fmt::Debug for Deadline<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deadline").field("limit", &self.limit).finish_non_exhaustive()
    }
}
