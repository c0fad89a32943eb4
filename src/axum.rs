//! axum 0.8: what a handler can ask for (feature `axum`).
//!
//! ```
//! use axum::{Router, routing::post};
//! use serde::Deserialize;
//! use tower_webhook::{Secret, WebhookLayer, axum::Event, schemes};
//!
//! #[derive(Deserialize)]
//! struct Push {
//!     after: String,
//! }
//!
//! async fn on_push(Event { payload, event, .. }: Event<Push>) {
//!     println!("{:?}: now at {}", event.id(), payload.after);
//! }
//!
//! let github = WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?).build()?;
//! let app: Router = Router::new().route("/", post(on_push).route_layer(github));
//! # Ok::<(), tower_webhook::ConfigError>(())
//! ```

use crate::{event::VerifiedEvent, observe};
use axum_core::{
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use http::{StatusCode, request::Parts};
use serde::de::DeserializeOwned;
use std::{error::Error, fmt, sync::Arc};

/// A verified event and its payload, read as JSON into a `T`. See the [module](self).
///
/// Where the payload is no such JSON the sender gets 422, the handler does not run, and the replay guard lets the next
/// attempt through. Without webhook layers above the route it is 500.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event<T> {
    /// The payload.
    pub payload: T,
    /// What the signature vouches for.
    pub event: VerifiedEvent,
}

/// Why an extractor found nothing for the handler.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventRejection {
    /// No webhook layer stands above the route, so nobody has verified anything: 500. The handler never runs.
    LayersMissing,
    /// The payload is verified, but it is not the JSON the handler wants: 422.
    PayloadUnexpected(PayloadError),
}

/// What was wrong with a payload. It tells the place and never the content.
#[derive(Clone)]
pub struct PayloadError {
    source: Arc<serde_json::Error>,
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.source.classify() {
            serde_json::error::Category::Data => "is JSON of another shape",
            _ => "is not JSON",
        };
        write!(f, "the payload {what} (line {}, column {})", self.source.line(), self.source.column())
    }
}

impl fmt::Debug for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // serde's own would quote what it found in the payload.
        f.debug_struct("PayloadError")
            .field("line", &self.source.line())
            .field("column", &self.source.column())
            .finish_non_exhaustive()
    }
}

impl Error for PayloadError {}

impl fmt::Display for EventRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LayersMissing => f.write_str("no webhook layer stands above this route"),
            Self::PayloadUnexpected(error) => error.fmt(f),
        }
    }
}

impl Error for EventRejection {}

impl IntoResponse for EventRejection {
    fn into_response(self) -> Response {
        match self {
            // How the server is put together is not the sender's business.
            Self::LayersMissing => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Self::PayloadUnexpected(error) => (StatusCode::UNPROCESSABLE_ENTITY, error.to_string()).into_response(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for VerifiedEvent {
    type Rejection = EventRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, EventRejection> {
        let event = parts.extensions.get().cloned();
        event.ok_or(EventRejection::LayersMissing).inspect_err(|error| {
            observe::trouble("a handler asked for a verified event; add `WebhookLayer` to its route", error);
        })
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Event<T> {
    type Rejection = EventRejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, EventRejection> {
        let event = VerifiedEvent::from_request_parts(parts, state).await?;
        match serde_json::from_slice(event.payload()) {
            Ok(payload) => Ok(Self { payload, event }),
            Err(error) => {
                let error = PayloadError { source: Arc::new(error) };
                observe::trouble("a verified payload is not what its handler wants", &error);
                Err(EventRejection::PayloadUnexpected(error))
            }
        }
    }
}
