//! What a handshake comes to.

use super::callbacks::Decision;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::Value;
use std::{future::Future, pin::Pin};

/// A decision that is waited for.
pub(crate) type Deciding = Pin<Box<dyn Future<Output = Decision> + Send>>;

/// What to do with a challenge.
pub(crate) enum Verdict {
    /// It is right.
    Answer(Reply),
    /// It is one, but its sender does not know the token.
    Refuse,
    /// It is none.
    Pass,
    /// Somebody else decides.
    Ask(Question),
}

/// What is to be decided, once it is certain that it has to be, and the answers.
pub(crate) struct Question {
    pub(crate) ask: Box<dyn FnOnce() -> Deciding>,
    pub(crate) accepted: Reply,
    /// `None` refuses it like one with a wrong token.
    pub(crate) refused: Option<Reply>,
}

/// An answer, for any sort of body.
pub(crate) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Reply {
    pub(super) fn status(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    pub(super) fn ok() -> Self {
        Self::status(StatusCode::OK)
    }

    /// Never HTML, whatever a browser would like to make of it.
    pub(super) fn text(body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..Self::ok() }
            .header(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))
            .header(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))
    }

    pub(super) fn json(body: &Value) -> Self {
        Self { body: body.to_string().into(), ..Self::ok() }
            .header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))
    }

    pub(super) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub(crate) fn into_response<B: From<Bytes>>(self) -> Response<B> {
        let mut response = Response::new(B::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// In the extensions of the answer to a challenge: whose it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnsweredHandshake {
    name: &'static str,
}

impl AnsweredHandshake {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name }
    }

    /// The provider, spelt like the constructor of the [`Handshake`](super::Handshake).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}
