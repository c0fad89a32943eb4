//! Webhooks are delivered by POST.
//!
//! * Needs: any body.
//! * Rejects with: `method_not_allowed` (405, with `Allow: POST`).
//!
//! Part of [`WebhookLayer`](crate::WebhookLayer). On an axum `post` route there is nothing left for it to do.

use super::future::ResponseFuture;
use super::respond::respond;
use crate::{
    observe::{self, Started},
    rejection::{ProblemJson, Rejection, RejectionKind, ResponseForRejection},
};
use http::{Method, Request, Response};
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// Applies [`PostOnly`]. See the [module](self).
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct PostOnlyLayer<R = ProblemJson> {
    respond: R,
}

/// Middleware that lets POST through. See the [module](self).
#[derive(Clone, Copy, Debug)]
pub struct PostOnly<S, R = ProblemJson> {
    inner: S,
    respond: R,
}

impl PostOnlyLayer {
    /// Lets POST through, spelt just so.
    pub const fn new() -> Self {
        Self { respond: ProblemJson }
    }
}

impl<R> PostOnlyLayer<R> {
    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<T>(self, respond: T) -> PostOnlyLayer<T> {
        PostOnlyLayer { respond }
    }
}

impl<S, R: Clone> Layer<S> for PostOnlyLayer<R> {
    type Service = PostOnly<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        PostOnly { inner, respond: self.respond.clone() }
    }
}

impl<S, R, B, ResBody> Service<Request<B>> for PostOnly<S, R>
where
    S: Service<Request<B>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if request.method() == Method::POST {
            return ResponseFuture::called(self.inner.call(request));
        }
        let rejection = Rejection::new(RejectionKind::MethodNotAllowed);
        observe::rejected(&rejection, None, request.extensions(), Started::unknown());
        ResponseFuture::rejected(respond(&self.respond, rejection))
    }
}
