//! A record of every attempt.
//!
//! * Needs: any body. Goes outermost, so that it sees what every other layer decided.
//! * Rejects with: nothing.
//!
//! A request makes exactly one [`AuditRecord`], also when its client goes away or the handler panics. The sink is
//! called on the request's own task and must not block: a sink that writes somewhere hands the record to a task of its
//! own.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use bytes::Bytes;
//! use http::{Request, Response};
//! use http_body_util::Full;
//! use std::convert::Infallible;
//! use tower::{ServiceBuilder, ServiceExt};
//! use tower_webhook::{AuditLayer, Fresh, Payload, Secret, WebhookLayer, layers::audit::AuditRecord, schemes};
//!
//! let (sender, records) = std::sync::mpsc::channel();
//! let hook = ServiceBuilder::new()
//!     .layer(AuditLayer::new(move |record: AuditRecord| drop(sender.send(record))))
//!     .layer(WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?).build()?)
//!     .service_fn(async |_: Request<Payload<Fresh>>| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())));
//!
//! hook.oneshot(Request::post("/github?token=1").body(Full::<Bytes>::from("unsigned"))?).await?;
//! let record = records.try_recv()?;
//! assert_eq!(record.outcome().code(), "signature_missing");
//! assert_eq!(record.status().unwrap(), 401);
//! assert_eq!(record.path(), "/github");
//! # Ok(()) }
//! ```

use super::claim::is_success;
use crate::{
    clock::{Clock, SystemClock},
    event::VerifiedEvent,
    handshakes::AnsweredHandshake,
    net::ClientIp,
    rejection::{Rejection, RejectionKind},
    time::{Monotonic, UnixTime},
};
use http::{Extensions, Request, Response, StatusCode};
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
    time::Duration,
};
use tower_layer::Layer;
use tower_service::Service;

/// Takes in the records. Closures implement it.
pub trait AuditSink: Clone {
    /// Must not block.
    fn record(&self, record: AuditRecord);
}

impl<F: Fn(AuditRecord) + Clone> AuditSink for F {
    fn record(&self, record: AuditRecord) {
        self(record);
    }
}

/// Makes one `tracing` event of each record, under the target `tower_webhook::audit`.
#[cfg(feature = "tracing")]
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "to be named as a value")]
pub struct TracingSink;

#[cfg(feature = "tracing")]
impl AuditSink for TracingSink {
    fn record(&self, record: AuditRecord) {
        use crate::observe::Clipped;
        let event = record.event();
        tracing::info!(
            target: "tower_webhook::audit",
            outcome = record.outcome().code(),
            status = record.status().map(|status| status.as_u16()),
            path = %Clipped(record.path()),
            scheme = event.map(VerifiedEvent::scheme),
            tenant = event.and_then(VerifiedEvent::tenant).map(|tenant| tenant.id().as_str()),
            key_id = event.map(VerifiedEvent::key_id),
            client_ip = record.client_ip().map(tracing::field::display),
            event_id = event.and_then(VerifiedEvent::id).map(Clipped).map(tracing::field::display),
            latency_us = u64::try_from(record.latency().as_micros()).unwrap_or(u64::MAX),
            "webhook attempt"
        );
    }
}

/// One attempt to deliver something.
#[derive(Clone, Debug)]
pub struct AuditRecord {
    at: UnixTime,
    latency: Duration,
    path: Box<str>,
    outcome: Outcome,
    status: Option<StatusCode>,
    trail: Arc<Trail>,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// Dropped before there was an answer: the client went away, or the handler panicked.
    Abandoned,
    /// Verified, and the handler succeeded.
    Accepted,
    /// A challenge of the provider, answered without the handler.
    Answered(AnsweredHandshake),
    /// Verified, and the handler failed: an error, or a status (HTTP's or gRPC's) that is no success.
    HandlerFailed,
    /// Handled, in report-only mode alone: the first check that would have turned it away. The handler may have failed;
    /// see [`status`](AuditRecord::status).
    Reported(Rejection),
    /// Turned away, or (a duplicate) acknowledged without being handled.
    Rejected(Rejection),
    /// Nothing under this layer verified anything: a 404, another method.
    Unverified,
}

impl Outcome {
    /// A stable name: that of the [`RejectionKind`] for a rejection.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::Accepted => "accepted",
            Self::Answered(_) => "answered",
            Self::HandlerFailed => "handler_failed",
            Self::Reported(_) => "reported",
            Self::Rejected(rejection) => RejectionKind::code(rejection.kind()),
            Self::Unverified => "unverified",
        }
    }
}

impl AuditRecord {
    /// When the request arrived.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }

    /// From the arrival to the head of the response.
    #[must_use]
    pub const fn latency(&self) -> Duration {
        self.latency
    }

    /// The path that was asked for, as the sender wrote it. The query is left out: tokens travel there.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How it ended.
    #[must_use]
    pub const fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// What the sender was answered; `None` if nothing was.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Who delivered it, as far as that was found out.
    #[must_use]
    pub fn client_ip(&self) -> Option<IpAddr> {
        self.trail.client_ip.get().map(|client| client.ip())
    }

    /// What was verified, as far as it came to that. It holds the payload: a record that is kept keeps that too.
    #[must_use]
    pub fn event(&self) -> Option<&VerifiedEvent> {
        self.trail.event.get().filter(|event| event.reported().is_none())
    }
}

/// What the inner layers find out about a request, on its way to the audit outside of them.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    client_ip: OnceLock<ClientIp>,
    event: OnceLock<VerifiedEvent>,
    reported: OnceLock<Rejection>,
}

impl Trail {
    pub(crate) fn note_client_ip(extensions: &Extensions, client: ClientIp) {
        if let Some(trail) = extensions.get::<Arc<Self>>() {
            // Where two layers resolve it, the outer one stands.
            let _ = trail.client_ip.set(client);
        }
    }

    pub(crate) fn note_event(extensions: &Extensions, event: &VerifiedEvent) {
        if let Some(trail) = extensions.get::<Arc<Self>>() {
            let _ = trail.event.set(event.clone());
        }
    }

    pub(crate) fn note_reported(extensions: &Extensions, rejection: &Rejection) {
        if let Some(trail) = extensions.get::<Arc<Self>>() {
            let _ = trail.reported.set(rejection.clone());
        }
    }
}

/// Applies [`Audit`]. See the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct AuditLayer<K> {
    sink: K,
    clock: Arc<dyn Clock>,
}

/// Middleware that records every attempt. See the [module](self).
#[derive(Clone, Debug)]
pub struct Audit<S, K> {
    inner: S,
    sink: K,
    clock: Arc<dyn Clock>,
}

impl<K: AuditSink> AuditLayer<K> {
    /// Hands each record to `sink`.
    pub fn new(sink: K) -> Self {
        Self { sink, clock: Arc::new(SystemClock) }
    }

    /// Takes the time from `clock`.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }
}

impl<S, K: Clone> Layer<S> for AuditLayer<K> {
    type Service = Audit<S, K>;

    fn layer(&self, inner: S) -> Self::Service {
        Audit { inner, sink: self.sink.clone(), clock: Arc::clone(&self.clock) }
    }
}

impl<S, K, B, ResBody> Service<Request<B>> for Audit<S, K>
where
    K: AuditSink,
    S: Service<Request<B>, Response = Response<ResBody>>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, K>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // An audit further out shares what the layers further in find out.
        let trail = request.extensions().get::<Arc<Trail>>().map(Arc::clone).unwrap_or_default();
        if let Some(client) = request.extensions().get::<ClientIp>() {
            let _ = trail.client_ip.set(*client);
        }
        let open = OpenRecord {
            sink: self.sink.clone(),
            at: self.clock.now(),
            since: self.clock.monotonic(),
            clock: Arc::clone(&self.clock),
            path: request.uri().path().into(),
            trail: Arc::clone(&trail),
        };
        request.extensions_mut().insert(trail);
        // Made first, so that a panic in the inner `call` is on record too.
        let record = Pending { open: Some(open) };
        ResponseFuture { future: self.inner.call(request), record }
    }
}

struct OpenRecord<K> {
    sink: K,
    at: UnixTime,
    since: Monotonic,
    clock: Arc<dyn Clock>,
    path: Box<str>,
    trail: Arc<Trail>,
}

/// A record nobody has closed closes itself as abandoned.
struct Pending<K: AuditSink> {
    open: Option<OpenRecord<K>>,
}

impl<K: AuditSink> Pending<K> {
    fn close(&mut self, end: impl FnOnce(&Trail) -> (Outcome, Option<StatusCode>)) {
        let Some(OpenRecord { sink, at, since, clock, path, trail }) = self.open.take() else { return };
        let (outcome, status) = end(&trail);
        let latency = clock.monotonic().saturating_since(since);
        sink.record(AuditRecord { at, latency, path, outcome, status, trail });
    }
}

impl<K: AuditSink> Drop for Pending<K> {
    fn drop(&mut self) {
        self.close(|_| (Outcome::Abandoned, None));
    }
}

pin_project! {
    /// Response future of [`Audit`].
    pub struct ResponseFuture<F, K>
    where
        K: AuditSink,
    {
        #[pin]
        future: F,
        record: Pending<K>,
    }
}

impl<F, K, B, E> Future for ResponseFuture<F, K>
where
    K: AuditSink,
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let result = ready!(this.future.poll(cx));
        this.record.close(|trail| match &result {
            Ok(response) => (outcome(response, trail), Some(response.status())),
            Err(_) if trail.event.get().is_none() => (Outcome::Unverified, None),
            Err(_) => (Outcome::HandlerFailed, None),
        });
        Poll::Ready(result)
    }
}

fn outcome<B>(response: &Response<B>, trail: &Trail) -> Outcome {
    if let Some(handshake) = response.extensions().get::<AnsweredHandshake>() {
        return Outcome::Answered(*handshake);
    }
    match (response.extensions().get::<Rejection>(), trail.reported.get()) {
        (Some(rejection), _) => Outcome::Rejected(rejection.clone()),
        (None, Some(rejection)) => Outcome::Reported(rejection.clone()),
        _ if trail.event.get().is_none() => Outcome::Unverified,
        _ if is_success(response) => Outcome::Accepted,
        _ => Outcome::HandlerFailed,
    }
}

impl<F, K: AuditSink> fmt::Debug for ResponseFuture<F, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
