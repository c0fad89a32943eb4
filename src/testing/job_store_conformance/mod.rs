//! What every [`JobStore`] has to pass, ours or yours (feature `inbox`).
//!
//! Each check runs a store through some promises of the trait and panics with a sentence that says which one is broken.
//! Time is given with each call, so that no check waits for it.
//!
//! ```
//! use std::sync::Arc;
//! use tower_webhook::{inbox::JobStore, testing::{MemoryJobStore, job_store_conformance}};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! job_store_conformance::all(async || Arc::new(MemoryJobStore::default()) as Arc<dyn JobStore>).await;
//! # }
//! ```

mod asking;
mod attempts;
mod pruning;
mod pushing;
mod turns;

pub use self::{
    asking::{an_event_is_found_in_its_scope_alone, dead_jobs_come_in_pages, the_status_follows_the_job},
    attempts::{
        a_dead_job_is_redriven, a_job_is_settled_once_and_by_its_worker, an_event_comes_back_as_it_was,
        attempts_are_counted_and_end, errors_are_kept_as_bounded_text, jobs_are_taken_by_one_worker_each,
        silent_workers_lose_their_jobs, the_longest_due_are_taken_first,
    },
    pruning::{ended_jobs_are_forgotten_in_time, pruning_is_bounded},
    pushing::{
        a_full_store_takes_nothing_new, a_used_key_is_known, bounds_hold_among_concurrent_pushes,
        one_of_many_concurrent_pushes_is_new,
    },
    turns::{a_hold_ends_with_its_attempt, a_newer_revision_makes_older_ones_obsolete, one_entity_is_held_by_one_job},
};
use crate::{
    inbox::{
        DeadJob, End, EventStatus, InboxEvent, Job, JobId, JobStore, Load, PushTerms, Pushed, Retention, Revision,
        StatusScope, Turn, WorkerName,
    },
    secrets::{Keyring, Secret, Tenant},
    stores::StoreError,
    testing::EventBuilder,
    time::UnixTime,
};
use futures_util::future::join_all;
use http::HeaderMap;
use std::{ops::AsyncFn, sync::Arc, time::Duration};

/// Every promise of [`JobStore`].
///
/// `make` makes a store that is empty.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn all(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    a_used_key_is_known(&make).await;
    a_full_store_takes_nothing_new(&make).await;
    one_of_many_concurrent_pushes_is_new(&make).await;
    bounds_hold_among_concurrent_pushes(&make).await;
    an_event_comes_back_as_it_was(&make).await;
    the_longest_due_are_taken_first(&make).await;
    attempts_are_counted_and_end(&make).await;
    jobs_are_taken_by_one_worker_each(&make).await;
    a_job_is_settled_once_and_by_its_worker(&make).await;
    errors_are_kept_as_bounded_text(&make).await;
    silent_workers_lose_their_jobs(&make).await;
    a_dead_job_is_redriven(&make).await;
    the_status_follows_the_job(&make).await;
    an_event_is_found_in_its_scope_alone(&make).await;
    dead_jobs_come_in_pages(&make).await;
    ended_jobs_are_forgotten_in_time(&make).await;
    pruning_is_bounded(&make).await;
    one_entity_is_held_by_one_job(&make).await;
    a_newer_revision_makes_older_ones_obsolete(&make).await;
    a_hold_ends_with_its_attempt(&make).await;
}

const ATTEMPTS: u32 = 3;

/// So many seconds after the start of a check.
fn at(seconds: u64) -> UnixTime {
    UnixTime::from_seconds(1_764_000_000).saturating_add(Duration::from_secs(seconds))
}

const MILLISECOND: Duration = Duration::from_millis(1);

fn numbered(number: usize) -> InboxEvent {
    event("hooks", None, &format!("evt_{number}"), 0)
}

fn event(endpoint: &str, tenant: Option<&str>, id: &str, received: u64) -> InboxEvent {
    let mut event = EventBuilder::new("partner", format!(r#"{{"id":"{id}"}}"#)).id(id).received_at(at(received));
    if let Some(tenant) = tenant {
        let keys = Secret::new("conformance").map(Keyring::from);
        let tenant = keys.and_then(|keys| Tenant::new(tenant, keys));
        event = event.tenant(tenant.unwrap_or_else(|error| panic!("the suite's own tenant is refused: {error}")));
    }
    InboxEvent::new(endpoint, &event.build(), &HeaderMap::new(), &[])
}

fn retry(at: UnixTime) -> End {
    End::Retry { at, error: "refused".to_owned() }
}

fn dead() -> End {
    End::Dead { error: "hopeless".to_owned() }
}

/// A store, asked by somebody who takes no error for an answer.
struct Subject(Arc<dyn JobStore>);

impl Subject {
    async fn of(make: impl AsyncFn() -> Arc<dyn JobStore>) -> Self {
        Self(make().await)
    }

    async fn push_within(&self, event: &InboxEvent, terms: &PushTerms) -> Pushed {
        answered("push", self.0.push(event, terms).await)
    }

    async fn push_at(&self, event: &InboxEvent, now: UnixTime) -> Pushed {
        self.push_within(event, &PushTerms::new(10_000, 1 << 28, ATTEMPTS, now)).await
    }

    /// Pushes what must be new.
    async fn store(&self, event: &InboxEvent) {
        assert_eq!(self.push_at(event, at(0)).await, Pushed::New, "an event that was never pushed is new");
    }

    async fn store_all(&self, events: &[InboxEvent]) {
        for some in events.chunks(50) {
            join_all(some.iter().map(|event| self.store(event))).await;
        }
    }

    async fn take(&self, worker: &WorkerName, limit: usize, now: UnixTime) -> Vec<Job> {
        answered("take", self.0.take(worker, limit, now).await)
    }

    /// Takes the only job that is due.
    async fn take_one(&self, worker: &WorkerName, now: UnixTime) -> Job {
        let mut jobs = self.take(worker, 2, now).await;
        assert_eq!(jobs.len(), 1, "one job is due and waits, so one is taken");
        jobs.pop().unwrap_or_else(|| unreachable!("there is one"))
    }

    /// The ids of what is taken.
    async fn take_ids(&self, worker: &WorkerName, limit: usize, now: UnixTime) -> Vec<JobId> {
        self.take(worker, limit, now).await.iter().map(|job| job.event.job().clone()).collect()
    }

    async fn turn(&self, event: &InboxEvent, worker: &WorkerName, entity: &str, number: i64) -> Turn {
        let revision = Revision::new(entity.to_owned(), number);
        answered("turn", self.0.turn(event.job(), worker, &revision, at(1)).await)
    }

    async fn settle(&self, event: &InboxEvent, worker: &WorkerName, end: &End, now: UnixTime) -> bool {
        answered("settle", self.0.settle(event.job(), worker, end, now).await)
    }

    /// Settles what is in hand of this worker.
    async fn end(&self, event: &InboxEvent, worker: &WorkerName, end: &End, now: UnixTime) {
        assert!(self.settle(event, worker, end, now).await, "the worker that has a job in hand can settle it");
    }

    async fn keep_alive(&self, worker: &WorkerName, now: UnixTime) -> u64 {
        answered("keep_alive", self.0.keep_alive(worker, now).await)
    }

    async fn status_in(&self, scope: &StatusScope, id: &str) -> Option<EventStatus> {
        answered("status", self.0.status(scope, id).await)
    }

    /// The status of an event without a tenant.
    async fn status(&self, event: &InboxEvent) -> EventStatus {
        let scope = StatusScope::Endpoint(event.endpoint().into());
        let status = self.status_in(&scope, event.public_id()).await;
        status.unwrap_or_else(|| panic!("the status of an event that was pushed is known"))
    }

    async fn dead(&self, after: Option<&JobId>, limit: usize) -> Vec<DeadJob> {
        answered("dead", self.0.dead(after, limit).await)
    }

    async fn redrive(&self, event: &InboxEvent, now: UnixTime) -> bool {
        answered("redrive", self.0.redrive(event.job(), now).await)
    }

    async fn prune(&self, keep: &Retention, now: UnixTime) -> u64 {
        answered("prune", self.0.prune(keep, now).await)
    }

    async fn load(&self) -> Load {
        answered("load", self.0.load().await)
    }
}

fn answered<T>(operation: &str, answer: Result<T, StoreError>) -> T {
    answer.unwrap_or_else(|error| {
        let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        panic!("`{operation}` must answer, got an error: {error}: {source}")
    })
}
