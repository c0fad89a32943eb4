//! Acknowledges in the provider's words what the handler has acknowledged without any.
//!
//! * Needs: any request; a response body that is `From<Bytes>`.
//! * Yields: the handler's response, or the provider's acknowledgement in place of an empty one.
//! * Rejects with: nothing.
//!
//! Part of [`WebhookLayer`](crate::WebhookLayer), once it is given [`Answers`]. In a stack of your own it stands right
//! above the handler, and the same `Answers` are the rejection response of the other layers, so that a duplicate is
//! acknowledged in the same words.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::{BodyExt, Full};
//! use tower::{ServiceBuilder, ServiceExt};
//! use tower_webhook::{AcknowledgeLayer, Answers};
//!
//! let hook = ServiceBuilder::new()
//!     .layer(AcknowledgeLayer::new(Answers::adyen()))
//!     .service_fn(async |_: Request<()>| Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default())));
//! let response = hook.oneshot(Request::new(())).await?;
//! assert_eq!(response.into_body().collect().await?.to_bytes(), "[accepted]");
//! # Ok(()) }
//! ```

use crate::{handshakes::Answers, webhook::Protocol};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tower_layer::Layer;
use tower_service::Service;

/// Applies [`Acknowledge`]. See the [module](self).
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct AcknowledgeLayer<A = Answers> {
    answers: A,
}

/// Middleware that acknowledges in the provider's words. See the [module](self).
#[derive(Clone, Copy, Debug)]
pub struct Acknowledge<S, A = Answers> {
    inner: S,
    answers: A,
}

/// Who has a last word on what the handler answered. `()` has none, and takes every response body.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot acknowledge with a `{B}` body",
    label = "an acknowledgement cannot be made of this response body",
    note = "handshakes and `Answers` need a response body that is `From<Bytes>` and an `http_body::Body`",
    note = "put layers that wrap the response body (`TraceLayer`, `CompressionLayer`) above the webhook layers"
)]
pub trait Acknowledgement<B>: Clone + sealed::Sealed {
    #[doc(hidden)]
    fn acknowledge(&self, response: Response<B>) -> Response<B>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for () {}
    impl Sealed for super::Answers {}
    impl Sealed for super::Protocol {}
}

impl<B> Acknowledgement<B> for () {
    fn acknowledge(&self, response: Response<B>) -> Response<B> {
        response
    }
}

impl<B: From<Bytes> + Body> Acknowledgement<B> for Answers {
    fn acknowledge(&self, response: Response<B>) -> Response<B> {
        self.acknowledge(response)
    }
}

impl<B: From<Bytes> + Body> Acknowledgement<B> for Protocol {
    fn acknowledge(&self, response: Response<B>) -> Response<B> {
        match self.answers() {
            Some(answers) => answers.acknowledge(response),
            None => response,
        }
    }
}

impl<A> AcknowledgeLayer<A> {
    /// Acknowledges as `answers` say.
    pub const fn new(answers: A) -> Self {
        Self { answers }
    }
}

impl<S, A: Clone> Layer<S> for AcknowledgeLayer<A> {
    type Service = Acknowledge<S, A>;

    fn layer(&self, inner: S) -> Self::Service {
        Acknowledge { inner, answers: self.answers.clone() }
    }
}

impl<S, A, B, ResBody> Service<Request<B>> for Acknowledge<S, A>
where
    A: Acknowledgement<ResBody>,
    S: Service<Request<B>, Response = Response<ResBody>>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, A>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ResponseFuture { future: self.inner.call(request), answers: self.answers.clone() }
    }
}

pin_project! {
    /// Response future of [`Acknowledge`].
    pub struct ResponseFuture<F, A> {
        #[pin]
        future: F,
        answers: A,
    }
}

impl<F, A, B, E> Future for ResponseFuture<F, A>
where
    A: Acknowledgement<B>,
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let response = ready!(this.future.poll(cx))?;
        Poll::Ready(Ok(this.answers.acknowledge(response)))
    }
}

impl<F, A> fmt::Debug for ResponseFuture<F, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
