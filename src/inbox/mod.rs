//! Acknowledge now, process later (feature `inbox`).
//!
//! An [`Endpoint`] stores each verified event as a job before it answers 200. An event that comes again, also after a
//! restart, is answered the same and stays one job. [`InboxWorker`] hands the jobs to a handler of yours.
//!
//! ```
//! use axum::{Router, routing::{get, post}};
//! use std::sync::Arc;
//! use tower_webhook::{Inbox, Secret, WebhookLayer, schemes, testing::MemoryJobStore};
//!
//! let inbox = Inbox::builder(Arc::new(MemoryJobStore::default())).capacity(100_000).build()?;
//! let github = WebhookLayer::builder(schemes::GITHUB, Secret::new("It's a Secret to Everybody")?).build()?;
//! let app: Router =
//!     Router::new().route("/hooks/github", post(inbox.endpoint("github")).route_layer(github));
//! # Ok::<(), tower_webhook::ConfigError>(())
//! ```
//!
//! # At least once
//!
//! A job runs again if it fails, if its process ends while it is in hand, if its worker cannot tell the store for 15
//! seconds that it is alive and another one can, or if the store cannot be told that it is done before its worker has to
//! give up. A handler therefore has to be idempotent: [`InboxEvent::id`], or where there is
//! none [`InboxEvent::job`], is the same each time.

mod apalis_sink;
mod attempt;
#[cfg(feature = "axum")]
mod axum;
mod backend;
mod backoff;
mod builder;
mod crew;
pub mod endpoint;
mod enqueue;
mod event;
mod housekeeping;
mod job_error;
mod observe;
mod order;
mod status;
mod status_service;
pub mod store;
mod worker;

#[cfg(feature = "inbox-postgres")]
pub use self::store::PostgresJobStore;
#[cfg(feature = "inbox-redis")]
pub use self::store::RedisJobStore;
pub use self::{
    apalis_sink::ApalisSink,
    backoff::Backoff,
    builder::{Inbox, InboxBuilder},
    endpoint::Endpoint,
    event::{InboxEvent, JobId},
    job_error::JobError,
    order::{Missing, OrderGuard},
    status::{EventState, EventStatus, StatusScope},
    status_service::StatusService,
    store::{
        DeadJob, Durability, End, EventSink, InboxError, Job, JobStore, Load, PushTerms, Pushed, Retention, Revision,
        SqliteJobStore, StoreFuture, Turn, WorkerName,
    },
    worker::{HandlerFn, InboxWorker, InboxWorkerBuilder},
};
