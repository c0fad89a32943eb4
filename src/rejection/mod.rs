//! Why a request was turned away, and the response that says so.
//!
//! A layer that turns a request away answers with an ordinary response: its service's error type stays the inner
//! service's. The response is built by a [`ResponseForRejection`], and the [`Rejection`] is put into its extensions
//! afterwards, so that whatever stands outside (an audit, metrics, your own rendering) finds the reason.
//!
//! Every 401 looks the same to the sender: body and headers say `unauthenticated` and no more. The precise
//! [`RejectionKind`] is in the extensions.

use http::StatusCode;
use std::{error::Error, fmt, sync::Arc, time::Duration};

#[cfg(feature = "tonic")]
mod grpc;
mod response;

#[cfg(feature = "tonic")]
pub use self::grpc::GrpcStatus;
pub use self::response::{ProblemJson, ResponseForRejection, StatusOnly};

/// Why a request never reached the inner service.
///
/// Found in the extensions of every response the layers make:
///
/// ```
/// # use tower_webhook::rejection::{Rejection, RejectionKind};
/// # fn look(response: http::Response<()>) {
/// if let Some(rejection) = response.extensions().get::<Rejection>() {
///     eprintln!("{}: {rejection}", rejection.kind().code());
/// }
/// # }
/// ```
///
/// Holds no secret, no signature and no part of the payload.
#[derive(Clone, Debug)]
pub struct Rejection {
    kind: RejectionKind,
    status: Option<StatusCode>,
    explained: bool,
    retry_after: Option<Duration>,
    first_status: Option<StatusCode>,
    rate_limit: Option<RateLimitStatus>,
    hint: Option<Arc<str>>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// What the `RateLimit` headers of a 429 say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitStatus {
    /// Requests that may come at once.
    pub burst: u32,
    /// The time in which a full burst is earned back.
    pub window: Duration,
    /// Requests left right now.
    pub remaining: u32,
    /// Until the next request may pass.
    pub retry_after: Duration,
}

impl RateLimitStatus {
    /// What a spent quota says: nothing left until `retry_after` has passed.
    #[must_use]
    pub const fn spent(burst: u32, window: Duration, retry_after: Duration) -> Self {
        Self { burst, window, remaining: 0, retry_after }
    }
}

impl Rejection {
    /// A rejection of this kind.
    ///
    /// Public for layers of your own that want to turn a request away the way these do.
    #[must_use]
    pub const fn new(kind: RejectionKind) -> Self {
        Self {
            kind,
            status: None,
            explained: false,
            retry_after: None,
            first_status: None,
            rate_limit: None,
            hint: None,
            source: None,
        }
    }

    /// Adds what went wrong underneath. It is for logs: it never reaches the sender.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into().into());
        self
    }

    /// Adds when the sender may try again; rendered as `Retry-After`, rounded up to whole seconds.
    #[must_use]
    pub const fn retry_after(mut self, delay: Duration) -> Self {
        self.retry_after = Some(delay);
        self
    }

    /// Adds the spent quota; rendered as `RateLimit` headers and `Retry-After`.
    #[must_use]
    pub const fn rate_limit(mut self, status: RateLimitStatus) -> Self {
        self.retry_after = Some(status.retry_after);
        self.rate_limit = Some(status);
        self
    }

    /// Replaces the status of its kind.
    #[must_use]
    pub const fn with_status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds the status the first delivery was answered with.
    #[must_use]
    pub const fn first_status(mut self, status: StatusCode) -> Self {
        self.first_status = Some(status);
        self
    }

    /// Adds a sentence that helps whoever integrates. It reaches the sender only where rejections are explained.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Arc<str>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Lets the rendering show the precise code and the hint.
    #[must_use]
    pub const fn explained(mut self, explained: bool) -> Self {
        self.explained = explained;
        self
    }

    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> RejectionKind {
        self.kind
    }

    /// The status of the response: that of its kind, unless another one was set.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self.status {
            Some(status) => status,
            None => self.kind.status(),
        }
    }

    /// The code the sender may see: the precise one where rejections are explained, `unauthenticated` for every other
    /// 401.
    #[must_use]
    pub fn public_code(&self) -> &'static str {
        if self.status() == StatusCode::UNAUTHORIZED && !self.explained { "unauthenticated" } else { self.kind.code() }
    }

    /// The hint, if the sender may see it.
    #[must_use]
    pub fn public_hint(&self) -> Option<&str> {
        self.hint.as_deref().filter(|_| self.explained)
    }

    /// The hint, for logs.
    #[must_use]
    pub fn private_hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// When the sender may try again.
    #[must_use]
    pub const fn retry_delay(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The quota that was spent.
    #[must_use]
    pub const fn rate_limit_status(&self) -> Option<RateLimitStatus> {
        self.rate_limit
    }

    /// What the first delivery of this duplicate was answered with.
    #[must_use]
    pub const fn status_of_first(&self) -> Option<StatusCode> {
        self.first_status
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.title())?;
        match &self.hint {
            Some(hint) => write!(f, ": {hint}"),
            None => Ok(()),
        }
    }
}

impl Error for Rejection {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// What the checks in report-only mode would have turned away.
///
/// Found in the extensions of a *request*, by your handler, when there was anything to report:
///
/// ```
/// # use tower_webhook::rejection::Reported;
/// # fn look(request: http::Request<()>) {
/// if let Some(reported) = request.extensions().get::<Reported>() {
///     for rejection in reported.rejections() {
///         eprintln!("would have been turned away: {rejection}");
///     }
/// }
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Reported {
    rejections: Vec<Rejection>,
}

impl Reported {
    /// The rejections, in the order of the checks.
    #[must_use]
    pub fn rejections(&self) -> &[Rejection] {
        &self.rejections
    }

    #[cfg(feature = "layers")]
    pub(crate) fn add(extensions: &mut http::Extensions, rejection: Rejection) {
        crate::layers::audit::Trail::note_reported(extensions, &rejection);
        extensions.get_or_insert_default::<Self>().rejections.push(rejection);
    }
}

/// What happened to a request that was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionKind {
    /// The body did not arrive in time (408).
    BodyTimeout,
    /// The transport failed in the middle of the body (400).
    BodyUnreadable,
    /// Handled before: acknowledged, not handled again (200).
    Duplicate,
    /// A `Content-Encoding` that is not allowed (415).
    EncodingNotSupported,
    /// The same delivery is being handled right now (409).
    InFlight,
    /// As many events wait in the inbox as it may hold (503).
    InboxFull,
    /// The client's address is not on the list (403).
    IpNotAllowed,
    /// The key source failed (503).
    KeysUnavailable,
    /// Not a POST (405).
    MethodNotAllowed,
    /// The cap on requests in flight is reached (503).
    Overloaded,
    /// The scheme needs a field of the body, and the body does not have it (400).
    PayloadMalformed,
    /// Longer than the limit, as declared or as counted (413).
    PayloadTooLarge,
    /// No peer address reached the layer: a wiring error (500).
    PeerUnknown,
    /// The quota is spent (429).
    RateLimited,
    /// A signature, key or timestamp is there but not of the scheme's form (401).
    SignatureMalformed,
    /// No signature matched any active key, or the key is unknown (401).
    SignatureMismatch,
    /// A required signature, key or timestamp is absent (401).
    SignatureMissing,
    /// The replay store, the rate store or the inbox failed (503).
    StoreUnavailable,
    /// Too old, or too far ahead (401).
    TimestampOutOfTolerance,
}

impl RejectionKind {
    /// Every kind.
    pub const ALL: &[Self] = &[
        Self::BodyTimeout,
        Self::BodyUnreadable,
        Self::Duplicate,
        Self::EncodingNotSupported,
        Self::InFlight,
        Self::InboxFull,
        Self::IpNotAllowed,
        Self::KeysUnavailable,
        Self::MethodNotAllowed,
        Self::Overloaded,
        Self::PayloadMalformed,
        Self::PayloadTooLarge,
        Self::PeerUnknown,
        Self::RateLimited,
        Self::SignatureMalformed,
        Self::SignatureMismatch,
        Self::SignatureMissing,
        Self::StoreUnavailable,
        Self::TimestampOutOfTolerance,
    ];

    /// The stable code, as in logs, audit records and problem documents.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.facts().0
    }

    /// The status of the default rendering.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        self.facts().1
    }

    /// One line for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.facts().2
    }

    const fn facts(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Self::BodyTimeout => ("body_timeout", StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time"),
            Self::BodyUnreadable => ("body_unreadable", StatusCode::BAD_REQUEST, "the body could not be read"),
            Self::Duplicate => ("duplicate", StatusCode::OK, "this delivery was handled before"),
            Self::EncodingNotSupported => {
                ("encoding_not_supported", StatusCode::UNSUPPORTED_MEDIA_TYPE, "this content encoding is not accepted")
            }
            Self::InFlight => ("in_flight", StatusCode::CONFLICT, "this delivery is being handled right now"),
            Self::InboxFull => {
                ("inbox_full", StatusCode::SERVICE_UNAVAILABLE, "as many events wait as the inbox may hold")
            }
            Self::IpNotAllowed => ("ip_not_allowed", StatusCode::FORBIDDEN, "this address may not deliver here"),
            Self::KeysUnavailable => {
                ("keys_unavailable", StatusCode::SERVICE_UNAVAILABLE, "the keys cannot be looked up right now")
            }
            Self::MethodNotAllowed => {
                ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, "webhooks are delivered by POST")
            }
            Self::Overloaded => ("overloaded", StatusCode::SERVICE_UNAVAILABLE, "too many deliveries are in flight"),
            Self::PayloadMalformed => {
                ("payload_malformed", StatusCode::BAD_REQUEST, "the body lacks what the signature scheme needs of it")
            }
            Self::PayloadTooLarge => {
                ("payload_too_large", StatusCode::PAYLOAD_TOO_LARGE, "the body is longer than the limit")
            }
            Self::PeerUnknown => {
                ("peer_unknown", StatusCode::INTERNAL_SERVER_ERROR, "the server was not wired to know who is calling")
            }
            Self::RateLimited => ("rate_limited", StatusCode::TOO_MANY_REQUESTS, "the quota is spent"),
            Self::SignatureMalformed => (
                "signature_malformed",
                StatusCode::UNAUTHORIZED,
                "a signature, key or timestamp is not of the scheme's form",
            ),
            Self::SignatureMismatch => {
                ("signature_mismatch", StatusCode::UNAUTHORIZED, "no signature matched an active key")
            }
            Self::SignatureMissing => {
                ("signature_missing", StatusCode::UNAUTHORIZED, "a required signature, key or timestamp is missing")
            }
            Self::StoreUnavailable => {
                ("store_unavailable", StatusCode::SERVICE_UNAVAILABLE, "a store is not available right now")
            }
            Self::TimestampOutOfTolerance => {
                ("timestamp_out_of_tolerance", StatusCode::UNAUTHORIZED, "the timestamp is too old or too far ahead")
            }
        }
    }
}

impl fmt::Display for RejectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
