//! What the gateway answers by itself: pages, problems, and the headers on everything.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// What some senders want to see of an endpoint, and whoever follows a link.
pub(crate) fn page_of_source(name: &str) -> String {
    format!("This is the webhook endpoint \"{name}\". It takes signed POST requests.\n")
}

pub(crate) async fn not_found() -> Response {
    problem(StatusCode::NOT_FOUND, "not_found", "there is nothing here")
}

/// axum adds `Allow`.
pub(crate) async fn method_not_allowed() -> Response {
    problem(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "not with this method")
}

/// A problem document (RFC 9457), as the layers send.
fn problem(status: StatusCode, code: &str, detail: &str) -> Response {
    let title = status.canonical_reason();
    let body =
        json!({"type": "about:blank", "title": title, "status": status.as_u16(), "code": code, "detail": detail});
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

/// Nothing here is to be framed, sniffed, cached or passed on.
const SECURITY: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

/// Adds the security headers that a response does not have yet: the console has a policy of its own.
pub(crate) async fn secured(mut response: Response) -> Response {
    for (name, value) in SECURITY {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
