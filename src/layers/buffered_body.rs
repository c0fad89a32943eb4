//! Reads the body to its end, within a limit and a deadline, and keeps the exact bytes.
//!
//! * Needs: a request with any [`http_body::Body`] of [`Bytes`].
//! * Yields: [`Payload<Buffered>`](crate::Payload). A body of one frame is never copied; one of more frames is put
//!   together once.
//! * Rejects with: `encoding_not_supported`, `payload_too_large`, `body_timeout`, `body_unreadable`; and, before the
//!   first byte is read, with whatever its [`Precheck`] says.
//!
//! The limit holds for the declared `Content-Length`, before anything is read, and for the bytes that arrive. The
//! total deadline cannot be put off by sending a byte now and then.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response, StatusCode};
//! use http_body_util::Full;
//! use tower::{Service, ServiceBuilder};
//! use tower_webhook::{Buffered, BufferedBodyLayer, Payload};
//!
//! let mut service = ServiceBuilder::new()
//!     .layer(BufferedBodyLayer::new().limit(8)?)
//!     .service_fn(async |request: Request<Payload<Buffered>>| {
//!         Ok::<_, std::convert::Infallible>(Response::new(Full::new(request.into_body().into_bytes())))
//!     });
//! let response = service.call(Request::new(Full::<Bytes>::from("short"))).await?;
//! assert_eq!(response.status(), StatusCode::OK);
//! let response = service.call(Request::new(Full::<Bytes>::from("far too long"))).await?;
//! assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
//! # Ok(()) }
//! ```

use super::{
    audit::Trail,
    collect::Limits,
    future::{self, Resume, Step},
    respond::{respond, turn_away},
};
use crate::{
    error::ConfigError,
    handshakes::{Handshake, Head, Unsigned},
    observe::{self, Started},
    payload::{Buffered, Payload},
    rejection::{ProblemJson, Rejection, RejectionKind, Reported, ResponseForRejection},
    schemes::Scheme,
    secrets::KeySource,
    verifier::Verifier,
};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, header, request::Parts};
use http_body::Body;
use std::{
    error::Error,
    fmt,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower_layer::Layer;
use tower_service::Service;

pub use super::collect::{Collect, Collected};

/// Looks at the head of a request before its body is read.
pub trait Precheck: Clone {
    /// Decides.
    ///
    /// # Errors
    ///
    /// When the request need not be read.
    fn precheck(&self, head: &Parts) -> Result<(), Rejection>;

    /// The scheme's name, for logs.
    fn scheme_name(&self) -> Option<&str> {
        None
    }

    #[doc(hidden)]
    fn shared_scheme_name(&self) -> Option<Arc<str>> {
        self.scheme_name().map(Arc::from)
    }
}

/// Everything may be read.
impl Precheck for () {
    fn precheck(&self, _: &Parts) -> Result<(), Rejection> {
        Ok(())
    }
}

/// Only what could verify is read.
impl<C: Scheme, K: KeySource> Precheck for Verifier<C, K> {
    fn precheck(&self, head: &Parts) -> Result<(), Rejection> {
        Self::precheck(self, head)
    }

    fn scheme_name(&self) -> Option<&str> {
        Some(Self::scheme_name(self))
    }

    fn shared_scheme_name(&self) -> Option<Arc<str>> {
        Some(Arc::clone(Self::scheme_name(self)))
    }
}

/// Applies [`BufferedBody`]. See the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct BufferedBodyLayer<P = (), R = ProblemJson> {
    settings: Settings<P>,
    respond: R,
}

/// Middleware that buffers the body. See the [module](self).
#[derive(Clone, Debug)]
pub struct BufferedBody<S, P = (), R = ProblemJson> {
    inner: S,
    settings: Arc<Settings<P>>,
    respond: R,
}

#[derive(Clone, Debug)]
struct Settings<P> {
    limits: Limits,
    any_encoding: bool,
    report_only: bool,
    precheck: P,
    handshake: Handshake<Unsigned>,
}

impl BufferedBodyLayer {
    /// Reads up to 1 MiB, for up to 10 seconds, and waits up to 5 seconds for the next frame.
    pub const fn new() -> Self {
        Self {
            settings: Settings {
                limits: Limits { bytes: 1 << 20, total: Duration::from_secs(10), idle: Duration::from_secs(5) },
                any_encoding: false,
                report_only: false,
                precheck: (),
                handshake: Handshake::NONE,
            },
            respond: ProblemJson,
        }
    }
}

impl Default for BufferedBodyLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<P, R> BufferedBodyLayer<P, R> {
    /// The longest body, in bytes.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn limit(mut self, bytes: usize) -> Result<Self, ConfigError> {
        if bytes == 0 {
            return Err(ConfigError::new("body_limit", "lets no body through; it must be at least 1 byte"));
        }
        self.settings.limits.bytes = bytes;
        Ok(self)
    }

    /// The time for the whole body.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn timeout(mut self, total: Duration) -> Result<Self, ConfigError> {
        if total.is_zero() {
            return Err(ConfigError::new("body_timeout", "leaves no time to read a body"));
        }
        self.settings.limits.total = total;
        Ok(self)
    }

    /// The time from one frame to the next.
    ///
    /// # Errors
    ///
    /// When it is 0.
    pub fn idle_timeout(mut self, idle: Duration) -> Result<Self, ConfigError> {
        if idle.is_zero() {
            return Err(ConfigError::new("body_idle_timeout", "leaves no time to read a body"));
        }
        self.settings.limits.idle = idle;
        Ok(self)
    }

    /// Accepts a `Content-Encoding` other than `identity`, and leaves the bytes as they are: for providers that sign
    /// what they send, compressed or not.
    pub const fn allow_content_encoding(mut self) -> Self {
        self.settings.any_encoding = true;
        self
    }

    /// Looks at the head before the body is read, usually with the [`Verifier`] that will check the signature.
    pub fn precheck<T: Precheck>(self, precheck: T) -> BufferedBodyLayer<T, R> {
        let Settings { limits, any_encoding, report_only, handshake, .. } = self.settings;
        let settings = Settings { limits, any_encoding, report_only, precheck, handshake };
        BufferedBodyLayer { settings, respond: self.respond }
    }

    /// Reads what looks like one of these challenges, which have no signature, whatever the precheck says. A
    /// [`HandshakeLayer`](crate::HandshakeLayer) further in answers them.
    pub fn handshake(mut self, handshake: Handshake<Unsigned>) -> Self {
        self.settings.handshake = self.settings.handshake.or(handshake);
        self
    }

    /// Reads what the precheck would turn away, or is encoded, and notes it in the request's [`Reported`] extension.
    pub const fn insecure_report_only(mut self) -> Self {
        self.settings.report_only = true;
        self
    }

    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<T>(self, respond: T) -> BufferedBodyLayer<P, T> {
        BufferedBodyLayer { settings: self.settings, respond }
    }
}

impl<S, P: Clone, R: Clone> Layer<S> for BufferedBodyLayer<P, R> {
    type Service = BufferedBody<S, P, R>;

    fn layer(&self, inner: S) -> Self::Service {
        BufferedBody { inner, settings: Arc::new(self.settings.clone()), respond: self.respond.clone() }
    }
}

impl<P: Precheck> Settings<P> {
    /// All that can be said before the body is read: its length, if that is known and may be.
    fn judge(&self, head: &mut Parts, hint: u64) -> Result<u64, Rejection> {
        let Described { is_identity, length } = describe(&head.headers);
        if !is_identity && !self.any_encoding {
            let rejection = Rejection::new(RejectionKind::EncodingNotSupported);
            if !self.report_only {
                return Err(rejection);
            }
            Reported::add(&mut head.extensions, rejection);
        }
        let length = length.max(hint);
        if length > self.limits.bytes as u64 {
            return Err(Rejection::new(RejectionKind::PayloadTooLarge));
        }
        if self.handshake.claims(&Head::of_parts(head)) {
            return Ok(length);
        }
        match self.precheck.precheck(head) {
            Err(rejection) if self.report_only => {
                Reported::add(&mut head.extensions, rejection);
                Ok(length)
            }
            verdict => verdict.map(|()| length),
        }
    }
}

/// What the headers say of the body.
struct Described {
    is_identity: bool,
    /// 0 if they say nothing, or nothing that is a number (the server minds that).
    length: u64,
}

/// One walk: a look-up costs about as much as all of it.
fn describe(headers: &HeaderMap) -> Described {
    let mut described = Described { is_identity: true, length: 0 };
    for (name, value) in headers {
        if *name == header::CONTENT_LENGTH {
            described.length = described.length.max(number(value.as_bytes()).unwrap_or(0));
        } else if *name == header::CONTENT_ENCODING {
            let value = value.as_bytes().trim_ascii();
            described.is_identity &= value.is_empty() || value.eq_ignore_ascii_case(b"identity");
        }
    }
    described
}

fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        number.checked_mul(10)?.checked_add(digit.into()).filter(|_| digit < 10)
    })
}

impl<S, P, R, B, ResBody> Service<Request<B>> for BufferedBody<S, P, R>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
    P: Precheck,
    S: Service<Request<Payload<Buffered>>, Response = Response<ResBody>> + Clone,
    R: ResponseForRejection<ResBody>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S, B, R, ResBody>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut head, body) = request.into_parts();
        // Now, for a body that never comes is on record too.
        Trail::note_scheme(&head.extensions, || self.settings.precheck.shared_scheme_name());
        let length = match self.settings.judge(&mut head, body.size_hint().lower()) {
            Ok(length) => length,
            Err(rejection) => {
                let scheme = self.settings.precheck.scheme_name();
                observe::rejected(&rejection, scheme, &head.extensions, Started::unknown());
                return Self::Future::rejected(respond(&self.respond, rejection));
            }
        };
        // The service that was polled ready is the one to be called; a fresh clone takes its place.
        let fresh = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, fresh);
        let held = Held { head: Some(head), inner, respond: self.respond.clone() };
        Self::Future::waiting(Collect::new(body, self.settings.limits, length), held)
    }
}

/// The future of [`BufferedBody`].
pub type ResponseFuture<S, B, R, ResBody> =
    future::ResponseFuture<<S as Service<Request<Payload<Buffered>>>>::Future, ResBody, Collect<B>, Held<S, R>>;

/// What waits for the body.
pub struct Held<S, R> {
    head: Option<Parts>,
    inner: S,
    respond: R,
}

impl<S, R, ResBody> Resume<Result<Collected, Rejection>, S::Future, ResBody> for Held<S, R>
where
    S: Service<Request<Payload<Buffered>>, Response = Response<ResBody>>,
    R: ResponseForRejection<ResBody>,
{
    fn resume(&mut self, outcome: Result<Collected, Rejection>) -> Option<Step<S::Future, ResBody>> {
        Some(match outcome {
            Ok(body) => {
                // First: what comes between two moves of the head makes them two copies.
                let payload = body.into_payload();
                Step::Called(self.inner.call(Request::from_parts(self.head.take()?, payload)))
            }
            Err(rejection) => {
                let head = self.head.take()?;
                Step::Rejected(turn_away(&self.respond, rejection, &head.extensions))
            }
        })
    }
}

impl<S, R> fmt::Debug for Held<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys and signatures stand in headers and queries.
        f.debug_struct("Held").field("method", &self.head.as_ref().map(|head| &head.method)).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

    use super::*;

    #[test]
    fn what_waits_for_the_body_prints_no_header_and_no_query() {
        let request = Request::post("/hook?key=hunter2").header("x-api-key", "hunter2").body(()).unwrap();
        let held = Held { head: Some(request.into_parts().0), inner: (), respond: () };
        assert_eq!(format!("{held:?}"), "Held { method: Some(POST), .. }");
    }

    #[test]
    fn a_declared_length_is_digits_and_nothing_else() {
        let cases: [(&[u8], _); 9] = [
            (b"0", Some(0)),
            (b"1024", Some(1024)),
            (b"18446744073709551615", Some(u64::MAX)),
            (b"18446744073709551616", None),
            (b"+5", None),
            (b"-5", None),
            (b" 5", None),
            (b"5,5", None),
            (b"\xff", None),
        ];
        for (text, length) in cases {
            assert_eq!(number(text), length, "{text:?}");
        }
    }
}
