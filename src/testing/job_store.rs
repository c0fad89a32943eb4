//! An inbox that forgets.

use crate::{
    inbox::{
        DeadJob, Durability, End, EventSink, EventState, EventStatus, InboxEvent, Job, JobId, JobStore, Load,
        PushTerms, Pushed, Retention, Revision, StatusScope, StoreFuture, Turn, WorkerName,
        store::{SILENCE, error_text},
    },
    stores::StoreError,
    time::UnixTime,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

/// A [`JobStore`] in the memory of this process: for tests, which find in it what every store does, and no more than
/// that. Clones share their jobs.
///
/// ```
/// use tower_webhook::{inbox::{EventSink, InboxEvent, PushTerms, Pushed}, testing::{EventBuilder, MemoryJobStore}};
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
///
/// let event = EventBuilder::new("stripe", r#"{"id":"evt_1"}"#).id("evt_1").build();
/// let event = InboxEvent::new("payments", &event, &http::HeaderMap::new(), &[]);
/// let terms = PushTerms::new(100, 1 << 20, 5, event.received_at());
/// let store = MemoryJobStore::default();
/// assert_eq!(store.push(&event, &terms).await?, Pushed::New);
/// assert_eq!(store.push(&event, &terms).await?, Pushed::Known);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryJobStore {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    jobs: BTreeMap<JobId, Row>,
    places: Places,
    /// The jobs of each public id.
    named: HashMap<String, Vec<JobId>>,
    /// When each worker was heard last.
    heard: HashMap<WorkerName, UnixTime>,
    /// The newest revision that was handled, and when.
    newest: HashMap<String, (i64, UnixTime)>,
    /// Which job an entity is held for.
    held: HashMap<String, (JobId, i64)>,
    failing: bool,
}

/// What is asked too often to look through all jobs for it.
#[derive(Debug, Default)]
struct Places {
    /// The jobs that wait: when they are due, and when they were received.
    waiting: BTreeSet<(UnixTime, UnixTime, JobId)>,
    /// The jobs that wait or are in hand, and when they were received.
    open: BTreeSet<(UnixTime, JobId)>,
    /// In the payloads of those.
    bytes: u64,
    dead: u64,
}

#[derive(Debug)]
struct Row {
    event: InboxEvent,
    place: Place,
    attempt: u32,
    attempts: u32,
    error: Option<String>,
    obsolete: bool,
    changed: UnixTime,
}

#[derive(Debug, PartialEq)]
enum Place {
    Waiting(UnixTime),
    InHand(WorkerName),
    Done,
    Dead,
}

impl Row {
    const fn is_open(&self) -> bool {
        matches!(self.place, Place::Waiting(_) | Place::InHand(_))
    }

    const fn has_attempts(&self) -> bool {
        self.attempt < self.attempts
    }

    fn status(&self) -> EventStatus {
        let mut status = EventStatus::queued(self.event.job().clone(), self.event.received_at());
        let failed = self.attempt > 0 && self.error.is_some();
        (status.state, status.next_attempt_at) = match self.place {
            Place::Waiting(at) if failed => (EventState::Failed, Some(at)),
            Place::Waiting(_) => (EventState::Queued, None),
            Place::InHand(_) => (EventState::Processing, None),
            Place::Done => (EventState::Done, None),
            Place::Dead => (EventState::Dead, None),
        };
        status.attempts = self.attempt;
        status.last_error = self.error.clone();
        status.obsolete = self.obsolete;
        status.updated_at = self.changed;
        status
    }
}

impl MemoryJobStore {
    /// From now on (or no longer), every operation fails.
    pub fn fail(&self, failing: bool) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).failing = failing;
    }

    fn with<'a, T: Send + 'a>(&self, step: impl FnOnce(&mut Inner) -> T) -> StoreFuture<'a, T> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let result = if inner.failing { Err(StoreError::failed("told to fail")) } else { Ok(step(&mut inner)) };
        Box::pin(std::future::ready(result))
    }
}

impl Places {
    fn add(&mut self, row: &Row) {
        let (received, job) = (row.event.received_at(), row.event.job());
        if let Place::Waiting(at) = row.place {
            self.waiting.insert((at, received, job.clone()));
        }
        if row.is_open() {
            self.open.insert((received, job.clone()));
            self.bytes += row.event.payload().len() as u64;
        }
        self.dead += u64::from(row.place == Place::Dead);
    }

    fn remove(&mut self, row: &Row) {
        let (received, job) = (row.event.received_at(), row.event.job());
        if let Place::Waiting(at) = row.place {
            self.waiting.remove(&(at, received, job.clone()));
        }
        if row.is_open() {
            self.open.remove(&(received, job.clone()));
            self.bytes -= row.event.payload().len() as u64;
        }
        self.dead -= u64::from(row.place == Place::Dead);
    }

    fn load(&self) -> Load {
        let oldest = self.open.first().map(|(received, _)| *received);
        Load { jobs: self.open.len() as u64, bytes: self.bytes, oldest, dead: self.dead }
    }
}

impl Inner {
    fn in_hand_of(&mut self, job: &JobId, worker: &WorkerName) -> Option<&mut Row> {
        self.jobs.get_mut(job).filter(|row| matches!(&row.place, Place::InHand(of) if of == worker))
    }

    fn move_to(&mut self, job: &JobId, place: Place, now: UnixTime) -> Option<&mut Row> {
        let row = self.jobs.get_mut(job)?;
        self.places.remove(row);
        row.place = place;
        row.changed = now;
        self.places.add(row);
        Some(row)
    }
}

impl EventSink for MemoryJobStore {
    fn push<'a>(&'a self, event: &'a InboxEvent, terms: &'a PushTerms) -> StoreFuture<'a, Pushed> {
        self.with(|inner| {
            if inner.jobs.contains_key(event.job()) {
                return Pushed::Known;
            }
            let load = inner.places.load();
            if load.jobs >= terms.jobs || load.bytes.saturating_add(event.payload().len() as u64) > terms.bytes {
                return Pushed::Full;
            }
            let row = Row {
                event: event.clone(),
                place: Place::Waiting(terms.now),
                attempt: 0,
                attempts: terms.attempts,
                error: None,
                obsolete: false,
                changed: terms.now,
            };
            inner.places.add(&row);
            inner.named.entry(event.public_id().to_owned()).or_default().push(event.job().clone());
            inner.jobs.insert(event.job().clone(), row);
            Pushed::New
        })
    }
}

impl JobStore for MemoryJobStore {
    fn take<'a>(&'a self, worker: &'a WorkerName, limit: usize, now: UnixTime) -> StoreFuture<'a, Vec<Job>> {
        self.with(|inner| {
            let due = inner.places.waiting.iter().take_while(|(at, ..)| *at <= now).map(|(.., job)| job);
            let due = due.filter(|job| inner.jobs.get(job).is_some_and(Row::has_attempts));
            let due: Vec<_> = due.take(limit).cloned().collect();
            let take = |job| {
                let row = inner.move_to(&job, Place::InHand(worker.clone()), now)?;
                row.attempt += 1;
                Some(Job::new(row.event.clone(), row.attempt, row.attempts))
            };
            due.into_iter().filter_map(take).collect()
        })
    }

    fn turn<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        revision: &'a Revision,
        _: UnixTime,
    ) -> StoreFuture<'a, Turn> {
        self.with(|inner| {
            if inner.in_hand_of(job, worker).is_none() {
                return Turn::Lost;
            }
            if inner.newest.get(&revision.entity).is_some_and(|(newest, _)| *newest > revision.number) {
                return Turn::Obsolete;
            }
            let holder = inner.held.get(&revision.entity).map(|(holder, _)| holder).filter(|holder| *holder != job);
            let holder = holder.and_then(|holder| inner.jobs.get(holder));
            if holder.is_some_and(|row| matches!(row.place, Place::InHand(_))) {
                return Turn::Busy;
            }
            inner.held.insert(revision.entity.clone(), (job.clone(), revision.number));
            Turn::Yours
        })
    }

    fn settle<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        end: &'a End,
        now: UnixTime,
    ) -> StoreFuture<'a, bool> {
        self.with(|inner| {
            let Some(row) = inner.in_hand_of(job, worker) else { return false };
            let place = match end {
                End::Done => Place::Done,
                End::Obsolete => {
                    row.obsolete = true;
                    Place::Done
                }
                End::Retry { at, error } if row.attempt < row.attempts => {
                    row.error = Some(error_text(error));
                    Place::Waiting(*at)
                }
                End::Retry { error, .. } | End::Dead { error } => {
                    row.error = Some(error_text(error));
                    Place::Dead
                }
                End::Return { at } => {
                    row.attempt -= 1;
                    Place::Waiting(*at)
                }
            };
            inner.move_to(job, place, now);
            let held = inner.held.iter().find(|(_, (holder, _))| holder == job);
            if let Some((entity, number)) = held.map(|(entity, (_, number))| (entity.clone(), *number)) {
                inner.held.remove(&entity);
                if *end == End::Done {
                    let newest = inner.newest.get(&entity).map_or(number, |(newest, _)| number.max(*newest));
                    inner.newest.insert(entity, (newest, now));
                }
            }
            true
        })
    }

    fn keep_alive<'a>(&'a self, worker: &'a WorkerName, now: UnixTime) -> StoreFuture<'a, u64> {
        self.with(|inner| {
            inner.heard.insert(worker.clone(), now);
            inner.heard.retain(|_, heard| now.saturating_since(*heard) < SILENCE);
            let in_hand_of_silent =
                |row: &&Row| matches!(&row.place, Place::InHand(of) if !inner.heard.contains_key(of));
            let silent = inner.jobs.values().filter(in_hand_of_silent);
            let freed: Vec<_> = silent.map(|row| row.event.job().clone()).collect();
            for job in &freed {
                inner.held.retain(|_, (holder, _)| holder != job);
                let may_wait = inner.jobs.get(job).is_some_and(Row::has_attempts);
                let place = if may_wait { Place::Waiting(now) } else { Place::Dead };
                if let Some(row) = inner.move_to(job, place, now) {
                    row.error = Some("its worker fell silent while it was in hand".to_owned());
                }
            }
            freed.len() as u64
        })
    }

    fn status<'a>(&'a self, scope: &'a StatusScope, id: &'a str) -> StoreFuture<'a, Option<EventStatus>> {
        self.with(|inner| {
            let in_scope = |event: &InboxEvent| match scope {
                StatusScope::Tenant(tenant) => event.tenant() == Some(tenant),
                StatusScope::Endpoint(endpoint) => event.tenant().is_none() && event.endpoint() == &**endpoint,
            };
            let named = inner.named.get(id).into_iter().flatten().filter_map(|job| inner.jobs.get(job));
            let found = named.filter(|row| in_scope(&row.event));
            found.max_by_key(|row| row.event.received_at()).map(Row::status)
        })
    }

    fn dead<'a>(&'a self, after: Option<&'a JobId>, limit: usize) -> StoreFuture<'a, Vec<DeadJob>> {
        self.with(|inner| {
            let mut dead: Vec<_> = inner.jobs.values().filter(|row| row.place == Place::Dead).collect();
            dead.sort_by_key(|row| (row.changed, row.event.job()));
            let after = after.and_then(|after| inner.jobs.get(after)).map(|row| (row.changed, row.event.job()));
            let shown = dead.into_iter().filter(|row| after.is_none_or(|after| (row.changed, row.event.job()) > after));
            let shown = shown.take(limit).map(|row| {
                DeadJob::new(row.event.clone(), row.attempt, row.error.clone().unwrap_or_default(), row.changed)
            });
            shown.collect()
        })
    }

    fn redrive<'a>(&'a self, job: &'a JobId, now: UnixTime) -> StoreFuture<'a, bool> {
        self.with(|inner| {
            let Some(row) = inner.jobs.get_mut(job).filter(|row| row.place == Place::Dead) else { return false };
            row.attempt = 0;
            inner.move_to(job, Place::Waiting(now), now);
            true
        })
    }

    fn prune<'a>(&'a self, keep: &'a Retention, now: UnixTime) -> StoreFuture<'a, u64> {
        self.with(|inner| {
            let old = |row: &Row| match row.place {
                Place::Done => now.saturating_since(row.changed) > keep.done,
                Place::Dead => now.saturating_since(row.changed) > keep.dead,
                _ => false,
            };
            let forgotten: Vec<_> =
                inner.jobs.iter().filter(|(_, row)| old(row)).map(|(job, _)| job.clone()).take(1000).collect();
            for job in &forgotten {
                if let Some(row) = inner.jobs.remove(job) {
                    inner.places.remove(&row);
                }
            }
            inner.named.retain(|_, jobs| {
                jobs.retain(|job| inner.jobs.contains_key(job));
                !jobs.is_empty()
            });
            inner.newest.retain(|_, (_, handled)| now.saturating_since(*handled) <= keep.done);
            forgotten.len() as u64
        })
    }

    fn load(&self) -> StoreFuture<'_, Load> {
        self.with(|inner| inner.places.load())
    }

    fn durability(&self) -> Durability {
        Durability::Nothing
    }
}
