//! The future of every layer that decides before it calls on.

use http::Response;
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

pin_project! {
    /// Either the inner service's future, or the response that turns the request away.
    pub struct ResponseFuture<F, B> {
        #[pin]
        kind: Kind<F, B>,
    }
}

pin_project! {
    #[project = KindProjection]
    enum Kind<F, B> {
        Called { #[pin] future: F },
        // Boxed: a response is large, and hardly ever one of ours.
        Rejected { response: Option<Box<Response<B>>> },
    }
}

impl<F, B> ResponseFuture<F, B> {
    pub(crate) const fn called(future: F) -> Self {
        Self { kind: Kind::Called { future } }
    }

    pub(crate) fn rejected(response: Response<B>) -> Self {
        Self { kind: Kind::Rejected { response: Some(Box::new(response)) } }
    }
}

impl<F, B, E> Future for ResponseFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().kind.project() {
            KindProjection::Called { future } => future.poll(cx),
            KindProjection::Rejected { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(*response)),
                // Polled after completion, which a future may answer as it likes, short of a panic.
                None => Poll::Pending,
            },
        }
    }
}

impl<F, B> fmt::Debug for ResponseFuture<F, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
