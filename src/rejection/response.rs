//! The response for a rejection.

use super::Rejection;
use bytes::Bytes;
use http::{HeaderValue, Response, header};

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
#[expect(clippy::exhaustive_structs, reason = "to be named as a value")]
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
#[expect(clippy::exhaustive_structs, reason = "to be named as a value")]
pub struct StatusOnly;

impl<B: Default> ResponseForRejection<B> for StatusOnly {
    fn response_for_rejection(&self, rejection: &Rejection) -> Response<B> {
        let mut response = Response::new(B::default());
        *response.status_mut() = rejection.status();
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::RejectionKind;

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
