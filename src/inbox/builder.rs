//! The inbox itself: a store, its bounds, and who is told of new jobs.

use super::{
    endpoint::Endpoint,
    enqueue::{Intake, Wake},
    event::JobId,
    status::{EventStatus, StatusScope},
    status_service::StatusService,
    store::{DeadJob, Durability, EventSink, JobStore, Load, Retention},
};
use crate::{
    clock::{Clock, SystemClock},
    error::ConfigError,
    observe,
    stores::StoreError,
};
use http::HeaderName;
use std::{sync::Arc, time::Duration};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Where events wait to be handled. See the [module](super). Clones are the same inbox.
#[derive(Clone, Debug)]
pub struct Inbox {
    store: Arc<dyn JobStore>,
    intake: Arc<Intake>,
    retention: Retention,
}

/// Builds an [`Inbox`].
#[derive(Clone, Debug)]
#[must_use]
pub struct InboxBuilder {
    store: Arc<dyn JobStore>,
    intake: Intake,
    retention: Retention,
}

impl Inbox {
    /// Keeps its jobs in `store`.
    pub fn builder(store: Arc<dyn JobStore>) -> InboxBuilder {
        let sink: Arc<dyn EventSink> = Arc::<dyn JobStore>::clone(&store);
        InboxBuilder {
            store,
            intake: Intake::new(sink, Arc::new(SystemClock)),
            retention: Retention::new(30 * DAY, 30 * DAY),
        }
    }

    /// Takes in events under this name: it keeps them apart from those of other endpoints, so it must stay what it is
    /// from one start to the next.
    pub fn endpoint(&self, name: impl Into<Arc<str>>) -> Endpoint {
        Endpoint::new(name.into(), Intake::clone(&self.intake))
    }

    /// Answers what became of an event.
    pub fn status_service(&self) -> StatusService {
        StatusService::new(self.clone())
    }

    /// What became of the newest event with this [public id](super::InboxEvent::public_id) in this scope.
    ///
    /// # Errors
    ///
    /// When the store fails, or takes longer than the [push timeout](InboxBuilder::push_timeout).
    pub async fn status(&self, scope: &StatusScope, id: &str) -> Result<Option<EventStatus>, StoreError> {
        self.intake.in_time(self.store.status(scope, id)).await
    }

    /// What it has to do.
    ///
    /// # Errors
    ///
    /// When the store fails, or takes longer than the [push timeout](InboxBuilder::push_timeout).
    pub async fn load(&self) -> Result<Load, StoreError> {
        self.intake.in_time(self.store.load()).await
    }

    /// The dead jobs, oldest death first, at most `limit`, beginning after `after`.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn dead(&self, after: Option<&JobId>, limit: usize) -> Result<Vec<DeadJob>, StoreError> {
        self.store.dead(after, limit).await
    }

    /// Lets a dead job wait again, with all its attempts. `false` if there is no such dead job.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn redrive(&self, job: &JobId) -> Result<bool, StoreError> {
        let redriven = self.store.redrive(job, self.clock().now()).await?;
        if redriven {
            self.wake().all();
        }
        Ok(redriven)
    }

    /// What an acknowledged event survives.
    #[must_use]
    pub fn durability(&self) -> Durability {
        self.store.durability()
    }

    /// Where the jobs are.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn JobStore> {
        &self.store
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        &self.intake.clock
    }

    pub(super) fn wake(&self) -> &Wake {
        &self.intake.wake
    }

    pub(super) const fn retention(&self) -> &Retention {
        &self.retention
    }
}

impl InboxBuilder {
    /// How many jobs may wait or be in hand; 10,000 unless set. Over it, events are answered with 503 and
    /// `Retry-After`.
    pub const fn capacity(mut self, jobs: u64) -> Self {
        self.intake.capacity = jobs;
        self
    }

    /// How many bytes of payload they may have together; 256 MiB unless set.
    pub const fn capacity_bytes(mut self, bytes: u64) -> Self {
        self.intake.capacity_bytes = bytes;
        self
    }

    /// How often a job is tried before it is given up; 10 times unless set.
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.intake.attempts = attempts;
        self
    }

    /// Which of a request's headers are kept with the event; none unless set. Signatures and keys had better not be
    /// among them: what is kept can be read in the store.
    pub fn keep_headers(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.intake.keep_headers = names.into_iter().collect();
        self
    }

    /// How long ended jobs are remembered; 30 days unless set. An event that comes again after that is a new one.
    pub const fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// How long the store may take to store an event, or to find one; 2 seconds unless set. After that the sender is
    /// answered with 503.
    pub const fn push_timeout(mut self, timeout: Duration) -> Self {
        self.intake.push_timeout = timeout;
        self
    }

    /// Takes the time from `clock`.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.intake.clock = Arc::new(clock);
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// When one of them is 0.
    pub fn build(self) -> Result<Inbox, ConfigError> {
        let Self { store, intake, retention } = self;
        let zero = [
            ("inbox.capacity", intake.capacity == 0, "is zero, so that nothing could be stored"),
            ("inbox.capacity_bytes", intake.capacity_bytes == 0, "is zero, so that nothing could be stored"),
            ("inbox.attempts", intake.attempts == 0, "is zero, so that nothing would be handled"),
            ("inbox.retention", retention.done.is_zero(), "is zero, so that what comes again would be handled again"),
            ("inbox.retention", retention.dead.is_zero(), "is zero, so that what failed would be forgotten"),
            ("inbox.push_timeout", intake.push_timeout.is_zero(), "leaves the store no time to answer"),
        ];
        if let Some((field, _, reason)) = zero.into_iter().find(|(_, wrong, _)| *wrong) {
            return Err(ConfigError::new(field, reason));
        }
        if store.durability() == Durability::Nothing {
            observe::warning("inbox.store", "is gone with the process, and what it acknowledged with it");
        }
        Ok(Inbox { store, intake: Arc::new(intake), retention })
    }
}
