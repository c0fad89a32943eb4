//! The response for a rejection.

use super::{Rejection, RejectionKind};
use bytes::Bytes;
use http::{HeaderValue, Response, header};
use std::time::Duration;

/// Builds the response for a [`Rejection`].
///
/// Closures implement it. Status and body are yours; `Retry-After`, `Allow` and the `RateLimit` headers are added
/// afterwards where you set none.
///
/// ```
/// use http::Response;
/// use tower_webhook::rejection::{Rejection, ResponseForRejection};
///
/// let terse = |rejection: &Rejection| {
///     Response::builder().status(rejection.status()).body(String::from("no")).unwrap()
/// };
/// fn is_a_hook(_: impl ResponseForRejection<String>) {}
/// is_a_hook(terse);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot build the response for a rejection with a `{B}` body",
    label = "this response body cannot be made by `{Self}`",
    note = "`ProblemJson`, the default, needs a response body that is `From<Bytes>`; `StatusOnly` needs `Default`",
    note = "put layers that wrap the response body (`TraceLayer`, `CompressionLayer`) above the webhook layers",
    note = "or pass `StatusOnly` or a closure to `with_rejection_response`"
)]
pub trait ResponseForRejection<B>: Clone {
    /// Builds the response.
    fn response_for_rejection(&self, rejection: &Rejection) -> Response<B>;
}

impl<B, F> ResponseForRejection<B> for F
where
    F: Fn(&Rejection) -> Response<B> + Clone,
{
    fn response_for_rejection(&self, rejection: &Rejection) -> Response<B> {
        self(rejection)
    }
}

/// An RFC 9457 problem document with a stable `code`: the default.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ProblemJson;

impl<B: From<Bytes>> ResponseForRejection<B> for ProblemJson {
    fn response_for_rejection(&self, rejection: &Rejection) -> Response<B> {
        let status = rejection.status();
        let mut problem = serde_json::Map::new();
        problem.insert("type".into(), "about:blank".into());
        problem.insert("title".into(), status.canonical_reason().unwrap_or_default().into());
        problem.insert("status".into(), status.as_u16().into());
        problem.insert("code".into(), rejection.public_code().into());
        // A 401 says no more than its status, unless it is explained.
        if rejection.public_code() != "unauthenticated" {
            problem.insert("detail".into(), rejection.kind().title().into());
        }
        if let Some(hint) = rejection.public_hint() {
            problem.insert("hint".into(), hint.into());
        }
        let body = serde_json::Value::Object(problem).to_string();
        // A duplicate is not a problem: the sender did right, and so did we.
        let content_type = if status.is_success() { "application/json" } else { "application/problem+json" };
        let mut response = Response::new(B::from(Bytes::from(body)));
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        response
    }
}

/// The status and an empty body: for response bodies that are only `Default`.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct StatusOnly;

impl<B: Default> ResponseForRejection<B> for StatusOnly {
    fn response_for_rejection(&self, rejection: &Rejection) -> Response<B> {
        let mut response = Response::new(B::default());
        *response.status_mut() = rejection.status();
        response
    }
}

/// A trailers-only gRPC response: HTTP 200, the rejection as `grpc-status` and `grpc-message`.
///
/// | rejection | gRPC status |
/// |---|---|
/// | 401 | 16 `UNAUTHENTICATED` |
/// | 403 | 7 `PERMISSION_DENIED` |
/// | 413, 429 | 8 `RESOURCE_EXHAUSTED` |
/// | `in_flight` | 10 `ABORTED` |
/// | `duplicate` | 6 `ALREADY_EXISTS` |
/// | 408 | 4 `DEADLINE_EXCEEDED` |
/// | 405, 415 | 12 `UNIMPLEMENTED` |
/// | 400 | 3 `INVALID_ARGUMENT` |
/// | 503 | 14 `UNAVAILABLE` |
/// | `peer_unknown` | 13 `INTERNAL` |
///
/// A duplicate is `ALREADY_EXISTS` and not `OK`, because an `OK` without a message is a broken unary answer.
#[cfg(feature = "tonic")]
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct GrpcStatus;

#[cfg(feature = "tonic")]
impl GrpcStatus {
    fn code(kind: RejectionKind) -> tonic::Code {
        use tonic::Code;
        match kind {
            RejectionKind::BodyTimeout => Code::DeadlineExceeded,
            RejectionKind::BodyUnreadable | RejectionKind::PayloadMalformed => Code::InvalidArgument,
            RejectionKind::Duplicate => Code::AlreadyExists,
            RejectionKind::EncodingNotSupported | RejectionKind::MethodNotAllowed => Code::Unimplemented,
            RejectionKind::InFlight => Code::Aborted,
            RejectionKind::IpNotAllowed => Code::PermissionDenied,
            RejectionKind::PeerUnknown => Code::Internal,
            RejectionKind::PayloadTooLarge | RejectionKind::RateLimited => Code::ResourceExhausted,
            RejectionKind::KeysUnavailable | RejectionKind::Overloaded | RejectionKind::StoreUnavailable => {
                Code::Unavailable
            }
            RejectionKind::SignatureMalformed
            | RejectionKind::SignatureMismatch
            | RejectionKind::SignatureMissing
            | RejectionKind::TimestampOutOfTolerance => Code::Unauthenticated,
        }
    }
}

#[cfg(feature = "tonic")]
impl<B: Default> ResponseForRejection<B> for GrpcStatus {
    fn response_for_rejection(&self, rejection: &Rejection) -> Response<B> {
        let message = match rejection.public_hint() {
            Some(hint) => format!("{}: {hint}", rejection.public_code()),
            None => rejection.public_code().to_owned(),
        };
        tonic::Status::new(Self::code(rejection.kind()), message).into_http()
    }
}

/// The finished response: rendered by the hook, headers completed, the reason in its extensions.
pub(crate) fn respond<B, R: ResponseForRejection<B>>(hook: &R, rejection: Rejection) -> Response<B> {
    let mut response = hook.response_for_rejection(&rejection);
    let headers = response.headers_mut();
    if rejection.kind() == RejectionKind::MethodNotAllowed {
        headers.entry(header::ALLOW).or_insert(HeaderValue::from_static("POST"));
    }
    if let Some(delay) = rejection.retry_delay() {
        headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from(whole_seconds(delay)));
    }
    if let Some(limit) = rejection.rate_limit_status() {
        let policy = format!("\"webhook\";q={};w={}", limit.burst, whole_seconds(limit.window));
        let state = format!("\"webhook\";r={};t={}", limit.remaining, whole_seconds(limit.retry_after));
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", state)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.entry(name).or_insert(value);
            }
        }
    }
    response.extensions_mut().insert(rejection);
    response
}

/// Rounded up, and never 0: "try again in 0 seconds" is an invitation to hammer.
fn whole_seconds(delay: Duration) -> u64 {
    delay.as_secs().saturating_add(u64::from(delay.subsec_nanos() > 0)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_rounded_up_and_never_zero() {
        assert_eq!(whole_seconds(Duration::ZERO), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1)), 1);
        assert_eq!(whole_seconds(Duration::from_millis(1001)), 2);
        assert_eq!(whole_seconds(Duration::from_secs(7)), 7);
        assert_eq!(whole_seconds(Duration::MAX), u64::MAX);
    }

    #[test]
    fn a_401_says_why_only_when_explained() {
        let quiet = Rejection::new(RejectionKind::TimestampOutOfTolerance).hint("clock is 412 s off");
        let render = |rejection: &Rejection| -> Bytes { ProblemJson.response_for_rejection(rejection).into_body() };
        let missing = Rejection::new(RejectionKind::SignatureMissing);
        assert_eq!(render(&quiet), render(&missing));
        let loud = render(&quiet.explained(true));
        let loud = std::str::from_utf8(&loud).expect("JSON is UTF-8");
        assert!(loud.contains("timestamp_out_of_tolerance") && loud.contains("412"), "{loud}");
    }
}
