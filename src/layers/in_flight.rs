//! Caps what is in flight: the excess is turned away at once instead of queueing.
//!
//! * Needs: any body.
//! * Rejects with: `overloaded` (503, with `Retry-After`), also when the inner service is not ready, or was not
//!   asked (`poll_ready`) before the call.
//!
//! A request takes its place when it is called, not when its service is polled ready as with tower's own concurrency
//! limit: instances that sit idle, one for each connection perhaps, must not use up the cap.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use std::convert::Infallible;
//! use tower::{Service, ServiceBuilder, ServiceExt};
//! use tower_webhook::InFlightLimitLayer;
//!
//! let service = ServiceBuilder::new()
//!     .layer(InFlightLimitLayer::new(1)?)
//!     .service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Bytes::new())));
//!
//! let mut first = service.clone();
//! let in_flight = ServiceExt::<Request<()>>::ready(&mut first).await?.call(Request::new(()));
//! let refused = service.clone().oneshot(Request::new(())).await?;
//! assert_eq!(refused.status(), 503);
//! assert_eq!(refused.headers()["retry-after"], "1");
//!
//! assert_eq!(in_flight.await?.status(), 200);
//! assert_eq!(service.oneshot(Request::new(())).await?.status(), 200);
//! # Ok(()) }
//! ```

use super::future::ResponseFuture;
use super::respond::respond;
use crate::{
    error::ConfigError,
    observe::{self, Started},
    rejection::{ProblemJson, Rejection, RejectionKind, ResponseForRejection},
};
use http::{Request, Response};
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower_layer::Layer;
use tower_service::Service;

/// Applies [`InFlightLimit`]. Every service it makes shares the one cap. See the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct InFlightLimitLayer<R = ProblemJson> {
    permits: Arc<Semaphore>,
    respond: R,
}

/// Middleware that caps what is in flight. See the [module](self).
pub struct InFlightLimit<S, R = ProblemJson> {
    inner: S,
    permits: Arc<Semaphore>,
    ready: bool,
    respond: R,
}

impl InFlightLimitLayer {
    /// At most `maximum` requests at a time.
    ///
    /// # Errors
    ///
    /// When it is 0, or more than [`Semaphore::MAX_PERMITS`].
    pub fn new(maximum: usize) -> Result<Self, ConfigError> {
        if !(1..=Semaphore::MAX_PERMITS).contains(&maximum) {
            return Err(ConfigError::new("in_flight", "must be at least 1, and not astronomical"));
        }
        Ok(Self { permits: Arc::new(Semaphore::new(maximum)), respond: ProblemJson })
    }
}

impl<R> InFlightLimitLayer<R> {
    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<T>(self, respond: T) -> InFlightLimitLayer<T> {
        InFlightLimitLayer { permits: self.permits, respond }
    }
}

impl<S, R: Clone> Layer<S> for InFlightLimitLayer<R> {
    type Service = InFlightLimit<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        InFlightLimit { inner, permits: Arc::clone(&self.permits), ready: false, respond: self.respond.clone() }
    }
}

impl<S, R, B, ResBody> Service<Request<B>> for InFlightLimit<S, R>
where
    S: Service<Request<B>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<InFlight<S::Future>, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.ready = self.inner.poll_ready(cx)?.is_ready();
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if std::mem::take(&mut self.ready)
            && let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned()
        {
            return ResponseFuture::called(InFlight { future: self.inner.call(request), permit });
        }
        let rejection = Rejection::new(RejectionKind::Overloaded).retry_after(Duration::from_secs(1));
        observe::rejected(&rejection, None, request.extensions(), Started::unknown());
        ResponseFuture::rejected(respond(&self.respond, rejection))
    }
}

pin_project! {
    /// The inner service's future, with the place it takes until it is dropped.
    pub struct InFlight<F> {
        #[pin]
        future: F,
        permit: OwnedSemaphorePermit,
    }
}

impl<F: Future> Future for InFlight<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

impl<F> fmt::Debug for InFlight<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlight").finish_non_exhaustive()
    }
}

impl<S: Clone, R: Clone> Clone for InFlightLimit<S, R> {
    fn clone(&self) -> Self {
        // Whether the inner service is ready is not true of its clone.
        Self {
            inner: self.inner.clone(),
            permits: Arc::clone(&self.permits),
            ready: false,
            respond: self.respond.clone(),
        }
    }
}

impl<S, R> fmt::Debug for InFlightLimit<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InFlightLimit").finish_non_exhaustive()
    }
}
