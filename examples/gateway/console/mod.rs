//! The test console: one page that signs events in the browser and sends them to this gateway.
//!
//! For development only. It shows the recent attempts of all tenants to whoever opens it, without a password: who sends
//! what, from where. On a listener that others reach it therefore has to be asked for; on loopback, [`Hosts::Loopback`]
//! keeps out web pages that point a name of theirs at this machine (DNS rebinding).
//!
//! Secrets are typed into the page, and leave it only where a scheme sends the secret itself.

mod attempts;
mod form;

pub(crate) use self::{attempts::RecentAttempts, form::ConsoleSource};
use axum::{
    Router,
    body::Bytes,
    extract::Request,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    uri::Authority,
};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// The names by which the console may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hosts {
    /// Any: for a listener that others reach, where somebody asked for the console.
    Any,
    /// `localhost` and loopback addresses.
    Loopback,
}

/// `GET /`, and what its page reads.
pub(crate) fn router(sources: &[ConsoleSource], recent: RecentAttempts, hosts: Hosts) -> Router {
    let page = Page::new();
    let sources = Bytes::from(serde_json::to_vec(sources).unwrap_or_else(|_| b"[]".to_vec()));
    let router = Router::new()
        .route("/", get(async move || page))
        .route("/console/sources", get(async move || json(sources)))
        .route("/console/attempts", get(async move || json(Bytes::from(recent.to_json()))));
    let router = match hosts {
        Hosts::Any => router,
        Hosts::Loopback => router.layer(middleware::from_fn(on_loopback)),
    };
    router.layer(middleware::map_response(never_stored))
}

#[derive(Clone, Debug)]
struct Page {
    html: Bytes,
    policy: HeaderValue,
}

impl Page {
    fn new() -> Self {
        // Line ends as a browser reads them, which is how it hashes them.
        let [html, style, script] = [include_str!("page.html"), include_str!("page.css"), include_str!("page.js")]
            .map(|text| text.replace("\r\n", "\n"));
        let policy = format!(
            "default-src 'none'; script-src {}; style-src {}; connect-src 'self'; img-src data:; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            hash_source(&script),
            hash_source(&style),
        );
        let html = html.replacen("{{style}}", &style, 1).replacen("{{script}}", &script, 1);
        let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        Self { html: html.into(), policy }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        ([(CONTENT_TYPE, html), (CONTENT_SECURITY_POLICY, self.policy)], self.html).into_response()
    }
}

/// Lets exactly this text run.
fn hash_source(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

async fn never_stored(mut response: Response) -> Response {
    const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    response
}

async fn on_loopback(request: Request, next: Next) -> Response {
    if is_loopback(&request) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "the console is served to localhost alone\n").into_response()
    }
}

fn is_loopback(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(HOST).iter();
    let authority = match (hosts.next(), hosts.next(), request.uri().authority()) {
        (Some(host), None, _) => Authority::try_from(host.as_bytes()).ok(),
        (None, None, authority) => authority.cloned(),
        _ => None,
    };
    authority.is_some_and(|authority| {
        let host = authority.host();
        let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    })
}
