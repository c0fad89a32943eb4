//! Counters, gauges and histograms, through the facade of the crate [::metrics] (feature `metrics`).
//!
//! | name | labels | from |
//! |---|---|---|
//! | [`REQUESTS`] | `outcome`, `scheme`, `route` | [`MetricsSink`] |
//! | [`REQUEST_DURATION`] | `route` | [`MetricsSink`] |
//! | [`BODY_BYTES`] | `route` | [`MetricsSink`] |
//! | [`VERIFY_DURATION`] | `scheme` | every `SignatureVerifyLayer` |
//! | [`AUDIT_DROPPED`] | `sink` | every `QueuedSink` |
//! | [`REPLAY_ENTRIES`], [`RATE_LIMIT_KEYS`] | | [`Gauges`] |
//! | [`INBOX_DEPTH`], [`INBOX_BYTES`], [`INBOX_OLDEST_AGE`], [`INBOX_DEAD`] | | [`Gauges`] |
//! | [`INBOX_PUSH_DURATION`] | `result` | every inbox |
//! | [`INBOX_JOBS`], [`INBOX_JOB_DURATION`] | `result`; none | every worker |
//!
//! Every label is a name you gave or one of a fixed set, so that no sender can make up new ones: a route is what
//! [`AuditLayer::route`](crate::AuditLayer::route) says (`none` without), a scheme is that of your recipe (`none` if it
//! did not come to that).
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
//! use tower_webhook::{
//!     AuditLayer, MemoryReplayStore, Secret, WebhookLayer,
//!     metrics::{self, Gauges, MetricsSink},
//!     schemes,
//! };
//! # use tower::{Layer, ServiceExt};
//! # use {http::{Request, Response}, http_body_util::Full, bytes::Bytes, std::convert::Infallible};
//!
//! let prometheus = PrometheusBuilder::new()
//!     .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &metrics::SECONDS)?
//!     .set_buckets_for_metric(Matcher::Suffix("_bytes".into()), &metrics::BYTES)?
//!     .install_recorder()?;
//! metrics::describe();
//!
//! // The gauges look at clones of the stores that the layers have.
//! let seen = MemoryReplayStore::new(100_000)?;
//! tokio::spawn(Gauges::new().replay_store(&seen).run());
//!
//! let layers = (
//!     AuditLayer::new(MetricsSink::new()).route("github")?,
//!     WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?).replay_store(seen).build()?,
//! );
//! # let service = layers.layer(tower::service_fn(async |_| Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))));
//! # service.oneshot(Request::post("/hook").body(Full::<Bytes>::default())?).await?;
//! # tokio::task::yield_now().await;
//!
//! // … an unsigned request later:
//! let page = prometheus.render();
//! assert!(page.contains(r#"webhook_requests_total{outcome="signature_missing",scheme="github",route="github"} 1"#));
//! assert!(page.contains("webhook_replay_entries 0"));
//! # Ok(()) }
//! ```

use crate::{
    layers::audit::{AuditRecord, AuditSink},
    observe,
    stores::{MemoryRateStore, MemoryReplayStore},
};
use ::metrics::{SharedString, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use std::{sync::Arc, time::Duration};

/// Requests, by how they ended: `outcome` is the code of the [`Outcome`](crate::layers::audit::Outcome).
pub const REQUESTS: &str = "webhook_requests_total";
/// From the arrival of a request to the head of its response.
pub const REQUEST_DURATION: &str = "webhook_request_duration_seconds";
/// The length of each body that a scheme has looked at.
pub const BODY_BYTES: &str = "webhook_body_bytes";
/// What it took to check a signature, whatever came of it; without the time to read the body or to look up keys.
/// Measured from the moment on at which a [`MetricsSink`] is made, or [`describe`] is called.
pub const VERIFY_DURATION: &str = "webhook_verify_duration_seconds";
/// Audit entries that were lost: `sink` is the [name](crate::layers::audit::AuditWriter::name) of the writer.
pub const AUDIT_DROPPED: &str = "webhook_audit_dropped_total";
/// Deliveries that are remembered.
pub const REPLAY_ENTRIES: &str = "webhook_replay_entries";
/// Subjects of rate limits that are remembered.
pub const RATE_LIMIT_KEYS: &str = "webhook_rate_limit_keys";
/// What it took to store an event: `result` is `new`, `known`, `full` or `failed`.
pub const INBOX_PUSH_DURATION: &str = "webhook_inbox_push_duration_seconds";
/// Attempts at jobs, by how they ended: `result` is `done`, `retried`, `dead`, `obsolete` (a newer revision was handled),
/// `busy` (it goes back: a job of the same entity is in hand, or the worker stops) or `lost` (not in hand any more).
pub const INBOX_JOBS: &str = "webhook_inbox_jobs_total";
/// How long a job was in hand that was done, or failed.
pub const INBOX_JOB_DURATION: &str = "webhook_inbox_job_duration_seconds";
/// Jobs that wait or are in hand.
pub const INBOX_DEPTH: &str = "webhook_inbox_depth";
/// Bytes of payload in them.
pub const INBOX_BYTES: &str = "webhook_inbox_bytes";
/// How long ago the oldest of them was received; 0 if there is none.
pub const INBOX_OLDEST_AGE: &str = "webhook_inbox_oldest_age_seconds";
/// Jobs that are dead.
pub const INBOX_DEAD: &str = "webhook_inbox_dead";

/// Buckets that suit the histograms of durations, in seconds: from 10 µs, which a small signature takes, to 30 s, the
/// time a job has.
pub const SECONDS: [f64; 14] =
    [0.000_01, 0.000_025, 0.000_1, 0.000_25, 0.001, 0.002_5, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0];

/// Buckets that suit the histogram of bodies, in bytes: from 256 bytes to 64 MiB.
pub const BYTES: [f64; 10] =
    [256.0, 1024.0, 4096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0, 67_108_864.0];

/// Tells the recorder what each metric is. Call it once, after the recorder was installed.
pub fn describe() {
    observe::time_verifications();
    describe_counter!(REQUESTS, Unit::Count, "Requests, by how they ended");
    describe_histogram!(REQUEST_DURATION, Unit::Seconds, "From the arrival of a request to the head of its response");
    describe_histogram!(BODY_BYTES, Unit::Bytes, "Length of the bodies that a scheme has looked at");
    describe_histogram!(VERIFY_DURATION, Unit::Seconds, "Time to check a signature");
    describe_counter!(AUDIT_DROPPED, Unit::Count, "Audit entries that were lost");
    describe_gauge!(REPLAY_ENTRIES, Unit::Count, "Deliveries that are remembered");
    describe_gauge!(RATE_LIMIT_KEYS, Unit::Count, "Subjects of rate limits that are remembered");
    #[cfg(feature = "inbox")]
    {
        describe_histogram!(INBOX_PUSH_DURATION, Unit::Seconds, "Time to store an event");
        describe_counter!(INBOX_JOBS, Unit::Count, "Attempts at jobs, by how they ended");
        describe_histogram!(INBOX_JOB_DURATION, Unit::Seconds, "Time that jobs were in hand that were done, or failed");
        describe_gauge!(INBOX_DEPTH, Unit::Count, "Jobs that wait or are in hand");
        describe_gauge!(INBOX_BYTES, Unit::Bytes, "Payload of the jobs that wait or are in hand");
        describe_gauge!(INBOX_OLDEST_AGE, Unit::Seconds, "Age of the oldest job that waits or is in hand");
        describe_gauge!(INBOX_DEAD, Unit::Count, "Jobs that are dead");
    }
}

/// Counts requests for an [`AuditLayer`](crate::AuditLayer). See the [module](self).
#[derive(Clone, Copy, Debug)]
pub struct MetricsSink {
    _private: (),
}

impl MetricsSink {
    /// Counts in whatever recorder is installed.
    #[must_use]
    pub fn new() -> Self {
        observe::time_verifications();
        Self { _private: () }
    }
}

impl Default for MetricsSink {
    fn default() -> Self {
        Self::new()
    }
}

impl AuditSink for MetricsSink {
    fn record(&self, record: AuditRecord) {
        let route = label(record.shared_route());
        let scheme = label(record.shared_scheme());
        counter!(REQUESTS, "outcome" => record.outcome().code(), "scheme" => scheme, "route" => route.clone())
            .increment(1);
        histogram!(REQUEST_DURATION, "route" => route.clone()).record(record.latency());
        if let Some(bytes) = record.body_bytes() {
            histogram!(BODY_BYTES, "route" => route).record(bytes as f64);
        }
    }
}

pub(crate) fn label(name: Option<&Arc<str>>) -> SharedString {
    name.map_or(SharedString::const_str("none"), |name| SharedString::from_shared(Arc::clone(name)))
}

/// Sizes that somebody has to look at: stores and inboxes do not tell by themselves.
///
/// Give it clones of the stores that [`WebhookLayer`](crate::WebhookLayer) was given; what it makes itself is out of
/// reach. The sizes of several are added up. A store that is a clone of another is the same store: give it once.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Gauges {
    replay: Vec<MemoryReplayStore>,
    rate: Vec<MemoryRateStore>,
    #[cfg(feature = "inbox")]
    jobs: Vec<Arc<dyn crate::inbox::JobStore>>,
}

impl Gauges {
    /// Looks at nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the entries of `store` to [`REPLAY_ENTRIES`].
    pub fn replay_store(mut self, store: &MemoryReplayStore) -> Self {
        self.replay.push(store.clone());
        self
    }

    /// Adds the keys of `store` to [`RATE_LIMIT_KEYS`].
    pub fn rate_store(mut self, store: &MemoryRateStore) -> Self {
        self.rate.push(store.clone());
        self
    }

    /// Adds the jobs of `store` to [`INBOX_DEPTH`] and the other gauges of inboxes.
    #[cfg(feature = "inbox")]
    pub fn job_store(mut self, store: Arc<dyn crate::inbox::JobStore>) -> Self {
        self.jobs.push(store);
        self
    }

    /// Sets the gauges once. Those of an inbox that does not answer stay as they are.
    pub async fn set(&self) {
        if !self.replay.is_empty() {
            gauge!(REPLAY_ENTRIES).set(self.replay.iter().map(MemoryReplayStore::len).sum::<usize>() as f64);
        }
        if !self.rate.is_empty() {
            gauge!(RATE_LIMIT_KEYS).set(self.rate.iter().map(MemoryRateStore::len).sum::<usize>() as f64);
        }
        #[cfg(feature = "inbox")]
        self.set_jobs().await;
    }

    #[cfg(feature = "inbox")]
    async fn set_jobs(&self) {
        use crate::{clock::Clock, inbox::Load};
        let mut all = Load::default();
        for store in &self.jobs {
            let Ok(load) = store.load().await else { return };
            all.jobs += load.jobs;
            all.bytes += load.bytes;
            all.dead += load.dead;
            all.oldest = [all.oldest, load.oldest].into_iter().flatten().min();
        }
        if !self.jobs.is_empty() {
            let now = crate::SystemClock.now();
            let age = all.oldest.map_or(Duration::ZERO, |oldest| now.saturating_since(oldest));
            gauge!(INBOX_DEPTH).set(all.jobs as f64);
            gauge!(INBOX_BYTES).set(all.bytes as f64);
            gauge!(INBOX_OLDEST_AGE).set(age);
            gauge!(INBOX_DEAD).set(all.dead as f64);
        }
    }

    /// Sets the gauges every second, until it is dropped. For a task of its own.
    pub async fn run(self) {
        loop {
            self.set().await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}
