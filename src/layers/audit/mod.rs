//! A record of every attempt.
//!
//! * Needs: any body. Goes outermost, so that it sees what every other layer decided.
//! * Rejects with: nothing.
//!
//! A request makes exactly one [`AuditRecord`], also when its client goes away or the handler panics. The sink is
//! called on the request's own task and must not block: [`QueuedSink`] takes records to a thread of its own, which
//! writes them as JSON lines (`JsonLines`, feature `audit-file`), into an SQLite table
//! (`AuditTable`, feature `inbox`) or wherever an [`AuditWriter`] of yours does. A pair of sinks is a sink.
//!
//! A record holds the event with its payload; an [`AuditEntry`] is what is worth keeping of it, in at most 1 KiB.
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
//! let audit = AuditLayer::new(move |record: AuditRecord| drop(sender.send(record))).route("github")?;
//! let hook = ServiceBuilder::new()
//!     .layer(audit)
//!     .layer(WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?).build()?)
//!     .service_fn(async |_: Request<Payload<Fresh>>| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default())));
//!
//! hook.oneshot(Request::post("/github?token=1").body(Full::<Bytes>::from("unsigned"))?).await?;
//! let record = records.try_recv()?;
//! assert_eq!(record.outcome().code(), "signature_missing");
//! assert_eq!(record.status().unwrap(), 401);
//! assert_eq!(record.path(), "/github");
//! assert_eq!((record.route(), record.scheme()), (Some("github"), Some("github")));
//! # Ok(()) }
//! ```

mod entry;
#[cfg(feature = "audit-file")]
mod json_lines;
mod queue;
mod record;
mod sink;
#[cfg(feature = "inbox")]
mod table;
mod trail;

#[cfg(feature = "audit-file")]
pub use self::json_lines::JsonLines;
#[cfg(feature = "tracing")]
pub use self::sink::TracingSink;
#[cfg(feature = "inbox")]
pub use self::table::AuditTable;
pub(crate) use self::trail::Trail;
pub use self::{
    entry::AuditEntry,
    queue::{AuditWriter, QueuedSink},
    record::{AuditRecord, Outcome},
    sink::AuditSink,
};

use crate::{
    clock::{Clock, SystemClock},
    error::ConfigError,
    net::ClientIp,
    time::{Monotonic, UnixTime},
};
use http::{Request, Response, StatusCode};
use pin_project_lite::pin_project;
use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tower_layer::Layer;
use tower_service::Service;

/// Applies [`Audit`]. See the [module](self).
#[derive(Clone, Debug)]
#[must_use]
pub struct AuditLayer<K> {
    sink: K,
    route: Option<Arc<str>>,
    clock: Arc<dyn Clock>,
}

/// Middleware that records every attempt. See the [module](self).
#[derive(Clone, Debug)]
pub struct Audit<S, K> {
    inner: S,
    sink: K,
    route: Option<Arc<str>>,
    clock: Arc<dyn Clock>,
}

/// In bytes.
const LONGEST_ROUTE: usize = 64;

impl<K: AuditSink> AuditLayer<K> {
    /// Hands each record to `sink`.
    pub fn new(sink: K) -> Self {
        Self { sink, route: None, clock: Arc::new(SystemClock) }
    }

    /// Names the route in each record: what a path, which the sender writes, cannot be trusted to do.
    ///
    /// # Errors
    ///
    /// When the name is empty, longer than 64 bytes, or has a control character in it.
    pub fn route(mut self, name: impl Into<Arc<str>>) -> Result<Self, ConfigError> {
        let name = name.into();
        if name.is_empty() || name.len() > LONGEST_ROUTE || name.contains(char::is_control) {
            return Err(ConfigError::new("audit.route", "must be 1 to 64 bytes long, without control characters"));
        }
        self.route = Some(name);
        Ok(self)
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
        Audit { inner, sink: self.sink.clone(), route: self.route.clone(), clock: Arc::clone(&self.clock) }
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
            trail.set_client_ip(*client);
        }
        let open = OpenRecord {
            sink: self.sink.clone(),
            route: self.route.clone(),
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
    route: Option<Arc<str>>,
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
        let Some(OpenRecord { sink, route, at, since, clock, path, trail }) = self.open.take() else { return };
        let (outcome, status) = end(&trail);
        let latency = clock.monotonic().saturating_since(since);
        sink.record(AuditRecord { at, latency, route, path, outcome, status, trail });
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
            Ok(response) => (Outcome::of(response, trail), Some(response.status())),
            Err(_) if trail.event().is_none() => (Outcome::Unverified, None),
            Err(_) => (Outcome::HandlerFailed, None),
        });
        Poll::Ready(result)
    }
}

impl<F, K: AuditSink> fmt::Debug for ResponseFuture<F, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
