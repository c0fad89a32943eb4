//! The request body after buffering, tagged with how far it has been checked.

use crate::event::VerifiedEvent;
use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

/// The exact bytes a sender signed, in check-state `S`.
///
/// `S` is [`Buffered`], [`Verified`] or [`Fresh`]. A state is a proof: it can be made only by the layer that did the
/// check, so a handler that takes `Request<Payload<Verified>>` cannot be reached by an unverified request.
///
/// It is an [`http_body::Body`] too, so that axum routes, tonic services and plain functions all take it. As a body
/// it yields its one frame without copying, then the trailers, if there were any.
///
/// Layers in the wrong order do not compile:
///
/// ```compile_fail,E0277
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body_util::Full;
/// use tower::{Service, ServiceBuilder};
/// use tower_webhook::{BufferedBodyLayer, Secret, SignatureVerifyLayer, Verifier, schemes};
///
/// let verifier = Verifier::new(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?)?;
/// let mut hook = ServiceBuilder::new()
///     .layer(SignatureVerifyLayer::new(verifier)) // wants the buffered bytes …
///     .layer(BufferedBodyLayer::new()) //            … which only this layer makes
///     .service_fn(async |_| Ok::<_, ()>(Response::new(Full::<Bytes>::default())));
/// let _ = hook.call(Request::new(Full::<Bytes>::default()));
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Payload<S> {
    // Holds the bytes, once: an event has them too.
    state: S,
    // Boxed, because hardly any request has them and every request is moved through every layer.
    trailers: Option<Box<HeaderMap>>,
    data_pending: bool,
}

/// Read to the end; nothing is checked.
#[derive(Clone)]
pub struct Buffered {
    bytes: Bytes,
}

/// The signature matched.
#[derive(Clone, Debug)]
pub struct Verified {
    event: VerifiedEvent,
}

/// The signature matched, and nobody else has this delivery.
#[derive(Clone, Debug)]
pub struct Fresh {
    event: VerifiedEvent,
}

#[cfg(feature = "layers")]
impl Payload<Buffered> {
    /// For `BufferedBody` alone: the one place where a payload comes into being.
    pub(crate) fn buffered(bytes: Bytes, trailers: Option<Box<HeaderMap>>) -> Self {
        let data_pending = !bytes.is_empty();
        Self { state: Buffered { bytes }, trailers, data_pending }
    }

    /// For `SignatureVerify` alone: the event has taken the [bytes](Self::bytes_mut).
    pub(crate) fn verified(self, event: VerifiedEvent) -> Payload<Verified> {
        Payload { state: Verified { event }, trailers: self.trailers, data_pending: self.data_pending }
    }

    /// For `SignatureVerify` alone.
    pub(crate) const fn bytes_mut(&mut self) -> &mut Bytes {
        &mut self.state.bytes
    }
}

impl Payload<Verified> {
    /// What the signature vouches for.
    #[must_use]
    pub const fn event(&self) -> &VerifiedEvent {
        &self.state.event
    }

    /// For `ReplayGuard` alone.
    #[cfg(feature = "layers")]
    pub(crate) fn fresh(self) -> Payload<Fresh> {
        Payload { state: Fresh { event: self.state.event }, trailers: self.trailers, data_pending: self.data_pending }
    }
}

impl Payload<Fresh> {
    /// What the signature vouches for.
    #[must_use]
    pub const fn event(&self) -> &VerifiedEvent {
        &self.state.event
    }
}

impl<S: State> Payload<S> {
    /// The bytes as they arrived.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        self.state.bytes()
    }

    /// The trailers that followed the body.
    #[must_use]
    pub fn trailers(&self) -> Option<&HeaderMap> {
        self.trailers.as_deref()
    }

    /// The bytes, without the proof.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.state.into_bytes()
    }
}

impl<S: State> Body for Payload<S> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if std::mem::take(&mut self.data_pending) {
            return Poll::Ready(Some(Ok(Frame::data(self.bytes().clone()))));
        }
        Poll::Ready(self.trailers.take().map(|trailers| Ok(Frame::trailers(*trailers))))
    }

    fn is_end_stream(&self) -> bool {
        !self.data_pending && self.trailers.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(if self.data_pending { self.bytes().len() as u64 } else { 0 })
    }
}

impl<S: State + fmt::Debug> fmt::Debug for Payload<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes may hold personal data: a payload in a log line is never what one wanted.
        f.debug_struct("Payload").field("length", &self.bytes().len()).field("state", &self.state).finish()
    }
}

impl fmt::Debug for Buffered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Buffered")
    }
}

/// How far a [`Payload`] has been checked: [`Buffered`], [`Verified`] or [`Fresh`].
pub trait State: sealed::State + Unpin {
    #[doc(hidden)]
    fn bytes(&self) -> &Bytes;

    #[doc(hidden)]
    fn into_bytes(self) -> Bytes;
}

impl State for Buffered {
    fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

impl State for Verified {
    fn bytes(&self) -> &Bytes {
        self.event.payload()
    }

    fn into_bytes(self) -> Bytes {
        self.event.payload().clone()
    }
}

impl State for Fresh {
    fn bytes(&self) -> &Bytes {
        self.event.payload()
    }

    fn into_bytes(self) -> Bytes {
        self.event.payload().clone()
    }
}

mod sealed {
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is no `Payload`, so nothing is known of it",
        label = "only the webhook layers make these, each once it has done its check"
    )]
    pub trait Sealed {}
    impl<S> Sealed for super::Payload<S> {}

    pub trait State {}
    impl State for super::Buffered {}
    impl State for super::Verified {}
    impl State for super::Fresh {}
}

/// A body that [`SignatureVerify`](crate::SignatureVerify) can check: a [`Payload<Buffered>`].
#[diagnostic::on_unimplemented(
    message = "`SignatureVerify` got a `{Self}`, but it needs the buffered bytes",
    label = "the signature covers the exact bytes received: buffer them first",
    note = "put `BufferedBodyLayer` above `SignatureVerifyLayer` in the same `ServiceBuilder`",
    note = "each `Router::layer` call starts over from `axum::body::Body`; use one `ServiceBuilder`, or `WebhookLayer`"
)]
pub trait IsBuffered: sealed::Sealed {
    #[doc(hidden)]
    fn into_buffered(self) -> Payload<Buffered>;
}

impl IsBuffered for Payload<Buffered> {
    fn into_buffered(self) -> Self {
        self
    }
}

/// A body that holds a verified event: a [`Payload<Verified>`] or a [`Payload<Fresh>`].
///
/// What the services of the inbox ask for.
#[diagnostic::on_unimplemented(
    message = "this service got a `{Self}`, but it needs a verified payload",
    label = "whatever is stored or told here must have been verified",
    note = "put `WebhookLayer`, or `SignatureVerifyLayer`, above it in the same `ServiceBuilder`"
)]
pub trait HoldsEvent: sealed::Sealed {
    #[doc(hidden)]
    fn held_event(&self) -> &VerifiedEvent;
}

impl HoldsEvent for Payload<Verified> {
    fn held_event(&self) -> &VerifiedEvent {
        self.event()
    }
}

impl HoldsEvent for Payload<Fresh> {
    fn held_event(&self) -> &VerifiedEvent {
        self.event()
    }
}

/// A body whose signature was checked: a [`Payload<Verified>`].
///
/// What [`ReplayGuard`](crate::ReplayGuard) and a rate limit by tenant ask for.
#[diagnostic::on_unimplemented(
    message = "this layer got a `{Self}`, but it needs a verified payload",
    label = "who has not proved who they are must not fill the replay store or spend a tenant's quota",
    note = "put `SignatureVerifyLayer` above `ReplayGuardLayer` and above `RateLimitLayer::by_tenant`, in the same \
            `ServiceBuilder`",
    note = "each `Router::layer` call starts over from `axum::body::Body`; use one `ServiceBuilder`, or `WebhookLayer`"
)]
pub trait IsVerified: sealed::Sealed {
    #[doc(hidden)]
    fn into_verified(self) -> Payload<Verified>;

    #[doc(hidden)]
    fn verified_event(&self) -> &VerifiedEvent;
}

impl IsVerified for Payload<Verified> {
    fn into_verified(self) -> Self {
        self
    }

    fn verified_event(&self) -> &VerifiedEvent {
        self.event()
    }
}
