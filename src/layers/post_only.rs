//! Webhooks are delivered by POST.
//!
//! * Needs: any body.
//! * Rejects with: `method_not_allowed` (405, with `Allow: POST`).
//!
//! Challenges that come by another method pass if it is [told of them](PostOnlyLayer::handshake).
//!
//! Part of [`WebhookLayer`](crate::WebhookLayer). On an axum `post` route there is nothing left for it to do.

use super::future::ResponseFuture;
use super::respond::respond;
use crate::{
    handshakes::{Handshake, Head, Unsigned},
    observe::{self, Started},
    rejection::{ProblemJson, Rejection, RejectionKind, ResponseForRejection},
};
use http::{Method, Request, Response};
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

/// Applies [`PostOnly`]. See the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct PostOnlyLayer<R = ProblemJson> {
    handshake: Handshake<Unsigned>,
    respond: R,
}

/// Middleware that lets POST through. See the [module](self).
#[derive(Clone, Debug)]
pub struct PostOnly<S, R = ProblemJson> {
    inner: S,
    handshake: Handshake<Unsigned>,
    respond: R,
}

impl PostOnlyLayer {
    /// Lets POST through, spelt just so.
    pub const fn new() -> Self {
        Self { handshake: Handshake::NONE, respond: ProblemJson }
    }
}

impl Default for PostOnlyLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<R> PostOnlyLayer<R> {
    /// Lets these challenges through too. A [`HandshakeLayer`](crate::HandshakeLayer) further in answers them.
    pub fn handshake(mut self, handshake: Handshake<Unsigned>) -> Self {
        self.handshake = self.handshake.or(handshake);
        self
    }

    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<T>(self, respond: T) -> PostOnlyLayer<T> {
        PostOnlyLayer { handshake: self.handshake, respond }
    }
}

impl<S, R: Clone> Layer<S> for PostOnlyLayer<R> {
    type Service = PostOnly<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        PostOnly { inner, handshake: self.handshake.clone(), respond: self.respond.clone() }
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
        if request.method() == Method::POST || self.handshake.claims(&Head::of(&request)) {
            return ResponseFuture::called(self.inner.call(request));
        }
        let rejection = Rejection::new(RejectionKind::MethodNotAllowed);
        observe::rejected(&rejection, None, request.extensions(), Started::unknown());
        ResponseFuture::rejected(respond(&self.respond, rejection))
    }
}
