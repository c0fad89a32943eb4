//! The service that acknowledges what it has stored.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::Request;
//! use http_body_util::{BodyExt, Full};
//! use std::sync::Arc;
//! use tower::{ServiceBuilder, ServiceExt};
//! use tower_webhook::{Inbox, Secret, WebhookLayer, schemes, testing::MemoryJobStore};
//!
//! let inbox = Inbox::builder(Arc::new(MemoryJobStore::default())).build()?;
//! let hook = ServiceBuilder::new()
//!     .layer(WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?).build()?)
//!     .service(inbox.endpoint("github"));
//!
//! let signed = Request::post("/hooks/github")
//!     .header("x-hub-signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")
//!     .body(Full::<Bytes>::from("Hello, World!"))?;
//! let response = hook.oneshot(signed).await?;
//! assert_eq!(response.status(), 200);
//! let answer = response.into_body().collect().await?.to_bytes();
//! assert!(answer.starts_with(br#"{"received":true,"id":""#));
//! assert_eq!(inbox.load().await?.jobs, 1);
//! # Ok(()) }
//! ```

use super::{enqueue::Intake, event::InboxEvent, store::EventSink};
use crate::{
    clock::{Clock, SystemClock},
    event::VerifiedEvent,
    layers::respond::respond,
    observe::{self, Started},
    payload::HoldsEvent,
    rejection::{ProblemJson, Rejection, RejectionKind, ResponseForRejection},
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, header, request::Parts};
use http_body_util::Full;
use serde::Serialize;
use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tower_service::Service;

/// Stores each event, and acknowledges it once that is done: the service below the layers.
///
/// * Needs: [`Payload<Verified>`](crate::Payload) or [`Payload<Fresh>`](crate::Payload). As an axum handler (feature
///   `axum`) it takes the [`VerifiedEvent`] from the extensions; without layers above it, it answers 500.
/// * Answers: 200 with `{"received":true,"id":…,"timestamp":…}`, the [public id](InboxEvent::public_id) and the time of
///   receipt, also to an event that is known. Such a one has a `duplicate` in its extensions, for the audit.
/// * Rejects with: `inbox_full` and `store_unavailable` (both 503, with `Retry-After`); the replay guard above then lets
///   the sender's next attempt through.
///
/// ```
/// use tower_webhook::{Inbox, testing::MemoryJobStore};
///
/// let inbox = Inbox::builder(std::sync::Arc::new(MemoryJobStore::default())).build()?;
/// let kept = http::HeaderName::from_static("x-github-event");
/// let route: axum::routing::MethodRouter = axum::routing::post(inbox.endpoint("github").keep_headers([kept]));
/// # let _ = route; // without layers, it answers 500
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Endpoint<R = ProblemJson> {
    name: Arc<str>,
    intake: Arc<Intake>,
    empty_answer: bool,
    respond: R,
}

impl Endpoint {
    pub(super) fn new(name: Arc<str>, intake: Intake) -> Self {
        Self { name, intake: Arc::new(intake), empty_answer: false, respond: ProblemJson }
    }

    /// Stores events somewhere that can take them in and no more than that, such as a back end of apalis.
    /// [`Inbox::endpoint`](super::Inbox::endpoint) is for everything else.
    pub fn into_sink(name: impl Into<Arc<str>>, sink: Arc<dyn EventSink>) -> Self {
        Self::new(name.into(), Intake::new(sink, Arc::new(SystemClock)))
    }
}

impl<R> Endpoint<R> {
    /// Which headers are kept, instead of those the inbox says.
    pub fn keep_headers(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        Arc::make_mut(&mut self.intake).keep_headers = names.into_iter().collect();
        self
    }

    /// How long storing an event may take, instead of what the inbox says.
    pub fn push_timeout(mut self, timeout: Duration) -> Self {
        Arc::make_mut(&mut self.intake).push_timeout = timeout;
        self
    }

    /// Takes the time from `clock`.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        Arc::make_mut(&mut self.intake).clock = Arc::new(clock);
        self
    }

    /// Acknowledges without a body: for providers that want certain words, which [`Answers`](crate::Answers) then fill
    /// in, and for those that show the answer to people.
    pub const fn empty_answer(mut self) -> Self {
        self.empty_answer = true;
        self
    }

    /// Replaces the response sent for a rejection.
    pub fn with_rejection_response<Q>(self, respond: Q) -> Endpoint<Q> {
        Endpoint { name: self.name, intake: self.intake, empty_answer: self.empty_answer, respond }
    }
}

#[derive(Serialize)]
struct Receipt<'a> {
    received: bool,
    id: &'a str,
    timestamp: String,
}

impl<R: ResponseForRejection<Full<Bytes>>> Endpoint<R> {
    async fn answer(self, event: VerifiedEvent, request: Parts) -> Response<Full<Bytes>> {
        let job = InboxEvent::new(&self.name, &event, &request.headers, &self.intake.keep_headers);
        let pushed = self.intake.push(&job).await;
        let rejection = match &pushed {
            Ok(true) => None,
            Ok(false) => Some(Rejection::new(RejectionKind::Duplicate)),
            Err(rejection) => Some(rejection.clone()),
        };
        if let Some(rejection) = &rejection {
            observe::rejected(rejection, None, &request.extensions, Started::unknown());
        }
        match (pushed, rejection) {
            (Err(rejection), _) => respond(&self.respond, rejection),
            (Ok(_), duplicate) => {
                let mut response = if self.empty_answer { Response::default() } else { receipt(&job) };
                if let Some(duplicate) = duplicate {
                    response.extensions_mut().insert(duplicate);
                }
                response
            }
        }
    }
}

fn receipt(job: &InboxEvent) -> Response<Full<Bytes>> {
    json(&Receipt { received: true, id: job.public_id(), timestamp: job.received_at().to_string() }, "application/json")
}

pub(super) fn json(value: &impl Serialize, content_type: &'static str) -> Response<Full<Bytes>> {
    // Of strings and numbers alone: nothing that JSON refuses.
    let body = serde_json::to_vec(value).unwrap_or_default();
    let mut response = Response::new(Full::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// What the services of the inbox return.
pub(super) type Answer = Pin<Box<dyn Future<Output = Result<Response<Full<Bytes>>, Infallible>> + Send>>;

impl<B, R> Service<Request<B>> for Endpoint<R>
where
    B: HoldsEvent,
    R: ResponseForRejection<Full<Bytes>> + Send + Sync + 'static,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Answer {
        let (request, body) = request.into_parts();
        let answer = self.clone().answer(body.held_event().clone(), request);
        Box::pin(async { Ok(answer.await) })
    }
}

#[cfg(feature = "axum")]
impl<R, S> axum::handler::Handler<VerifiedEvent, S> for Endpoint<R>
where
    R: ResponseForRejection<Full<Bytes>> + Send + Sync + 'static,
    S: Send + Sync + 'static,
{
    type Future = super::axum::AxumAnswer;

    fn call(self, request: axum::extract::Request, _: S) -> Self::Future {
        super::axum::answer(request, move |event, request| self.answer(event, request))
    }
}
