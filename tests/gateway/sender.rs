//! Sends signed requests.

use crate::process::{Gateway, PATIENCE};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;
use std::time::Duration;
use tokio::time::Instant;
use tower_webhook::{Secret, schemes, testing};

/// An answer, all of it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Gateway {
    pub(crate) async fn send(&self, mut request: Request<Full<Bytes>>) -> Answer {
        *request.uri_mut() = format!("http://{}{}", self.address, request.uri()).parse().unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response = tokio::time::timeout(PATIENCE, client.request(request)).await.expect("in time").unwrap();
        let (head, body) = response.into_parts();
        Answer { status: head.status, headers: head.headers, body: body.collect().await.unwrap().to_bytes() }
    }

    pub(crate) async fn call(&self, method: Method, path: &str) -> Answer {
        self.send(Request::builder().method(method).uri(path).body(Full::default()).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).await
    }

    /// What becomes of an event, until it is this.
    pub(crate) async fn wait_for_status(&self, partner: &Partner<'_>, event: &str, wanted: &str) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let answer = self.send(partner.status(event)).await;
            assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
            let status = answer.json();
            if status["status"] == wanted {
                return status;
            }
            assert!(Instant::now() < end, "{status} is not {wanted}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Somebody with an API key and a secret, right or wrong.
#[derive(Clone, Copy)]
pub(crate) struct Partner<'a> {
    pub(crate) api_key: &'a str,
    pub(crate) secret: &'a str,
}

pub(crate) const ACME: Partner<'static> = Partner { api_key: "pk_test_acme", secret: "whsec-acme" };
pub(crate) const GLOBEX: Partner<'static> = Partner { api_key: "pk_test_globex", secret: "whsec-globex" };

impl Partner<'_> {
    pub(crate) fn event(&self, id: &str) -> Request<Full<Bytes>> {
        self.sign(Method::POST, "/api/webhooks/events", format!(r#"{{"id":"{id}","type":"test"}}"#))
    }

    pub(crate) fn status(&self, event: &str) -> Request<Full<Bytes>> {
        self.sign(Method::GET, &format!("/api/webhooks/status?eventId={event}"), String::new())
    }

    fn sign(&self, method: Method, uri: &str, body: String) -> Request<Full<Bytes>> {
        let secret = Secret::new(self.secret).unwrap();
        let signing = testing::sign(&schemes::PARTNER, &secret).api_key(self.api_key);
        signing.method(method).uri(uri).body(body).build().unwrap()
    }
}

/// A signed event of GitHub's.
pub(crate) fn github(path: &str, secret: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    testing::sign(&schemes::GITHUB, &Secret::new(secret).unwrap()).uri(path).body(body).build().unwrap()
}

pub(crate) fn with_header(mut request: Request<Full<Bytes>>, name: &'static str, value: &str) -> Request<Full<Bytes>> {
    request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    request
}
