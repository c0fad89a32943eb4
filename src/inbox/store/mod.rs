//! Where the inbox keeps its jobs.
//!
//! A job is *waiting* (until a moment), *in hand* (of a worker), *done*, or *dead*. Every operation is one atomic step,
//! and its future resolves only once the step would survive what [`Durability`] promises. Time comes from the caller, in
//! milliseconds; a store of several machines relies on their clocks being in step within seconds.
//!
//! A store of your own has passed when `testing::job_store_conformance` says so (feature `testing`).

mod open;
#[cfg(feature = "inbox-postgres")]
mod postgres;
#[cfg(feature = "inbox-redis")]
mod redis;
mod sqlite;

#[cfg(feature = "inbox-postgres")]
pub use self::postgres::PostgresJobStore;
#[cfg(feature = "inbox-redis")]
pub use self::redis::RedisJobStore;
pub use self::{
    open::{InboxError, open},
    sqlite::SqliteJobStore,
};

use super::{
    event::{InboxEvent, JobId},
    status::{EventStatus, StatusScope},
};
use crate::{stores::StoreError, time::UnixTime};
use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};
use ulid::Ulid;

/// What the operations of a store return.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Takes in events: all that acknowledging needs. Back ends of apalis get there through `ApalisSink`.
pub trait EventSink: fmt::Debug + Send + Sync + 'static {
    /// Stores the event as a job that waits, unless there is a job with its [`JobId`], whatever became of that one.
    /// Whether it is known is decided before whether it is full.
    fn push<'a>(&'a self, event: &'a InboxEvent, terms: &'a PushTerms) -> StoreFuture<'a, Pushed>;
}

/// Keeps the jobs of an inbox.
pub trait JobStore: EventSink {
    /// Takes up to `limit` waiting jobs in hand whose time has come, the longest due first. Each take counts as an
    /// attempt. A job whose attempts are used up is never taken.
    fn take<'a>(&'a self, worker: &'a WorkerName, limit: usize, now: UnixTime) -> StoreFuture<'a, Vec<Job>>;

    /// Whether it is this job's turn, for events about one entity in the order of their revisions. For a job in hand of
    /// `worker` alone; one that is not is [`Turn::Lost`].
    ///
    /// [`Turn::Yours`] holds the entity until the job is settled, or let go because its worker fell silent: other jobs
    /// about it are [`Turn::Busy`] meanwhile. Settling with [`End::Done`] makes the revision the newest one, if it is
    /// newer.
    fn turn<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        revision: &'a Revision,
        now: UnixTime,
    ) -> StoreFuture<'a, Turn>;

    /// Ends an attempt. `false`, and nothing has changed, if the job is not in hand of `worker`. [`End::Retry`] of the last
    /// attempt leaves the job dead: it could not be taken again.
    fn settle<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        end: &'a End,
        now: UnixTime,
    ) -> StoreFuture<'a, bool>;

    /// Says that `worker` is alive, and lets go of the jobs of workers that have said nothing for [`SILENCE`]: they wait
    /// again, due at once, or are dead if their attempts are used up. Returns how many.
    fn keep_alive<'a>(&'a self, worker: &'a WorkerName, now: UnixTime) -> StoreFuture<'a, u64>;

    /// The newest event with this [public id](InboxEvent::public_id) in this scope.
    fn status<'a>(&'a self, scope: &'a StatusScope, id: &'a str) -> StoreFuture<'a, Option<EventStatus>>;

    /// The dead jobs, oldest death first, at most `limit`, beginning after `after`.
    fn dead<'a>(&'a self, after: Option<&'a JobId>, limit: usize) -> StoreFuture<'a, Vec<DeadJob>>;

    /// Lets a dead job wait again, due now, with all its attempts. `false`, and nothing has changed, if it is not dead.
    fn redrive<'a>(&'a self, job: &'a JobId, now: UnixTime) -> StoreFuture<'a, bool>;

    /// Forgets jobs (and revisions) that ended longer ago than `keep` says, at most a thousand a call. Returns how many
    /// jobs.
    fn prune<'a>(&'a self, keep: &'a Retention, now: UnixTime) -> StoreFuture<'a, u64>;

    /// What is waiting or in hand.
    fn load(&self) -> StoreFuture<'_, Load>;

    /// What an answered [`push`](EventSink::push) survives.
    fn durability(&self) -> Durability;
}

/// A worker that has said nothing for this long is taken for dead.
pub const SILENCE: Duration = Duration::from_secs(15);

/// A name no other worker has: of this process, of this start.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WorkerName(Arc<str>);

impl WorkerName {
    /// A name nobody had before.
    #[must_use]
    pub fn unique() -> Self {
        Self(Ulid::generate().to_string().into())
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The bounds of an inbox, and what is written on each job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PushTerms {
    /// How many jobs may be waiting or in hand.
    pub jobs: u64,
    /// How many bytes of payload they may have together.
    pub bytes: u64,
    /// How often a job may be attempted.
    pub attempts: u32,
    /// The time.
    pub now: UnixTime,
}

impl PushTerms {
    /// No more than `jobs` with `bytes` of payload together, `attempts` for each.
    #[must_use]
    pub const fn new(jobs: u64, bytes: u64, attempts: u32, now: UnixTime) -> Self {
        Self { jobs, bytes, attempts, now }
    }
}

/// What [`EventSink::push`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pushed {
    /// Stored.
    New,
    /// It was stored before.
    Known,
    /// Not stored: a bound is reached.
    Full,
}

/// A job in hand.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Job {
    /// What is to be handled.
    pub event: InboxEvent,
    /// Which attempt this is; the first is 1.
    pub attempt: u32,
    /// The last one it has.
    pub attempts: u32,
}

impl Job {
    /// The `attempt`th of `attempts`.
    #[must_use]
    pub const fn new(event: InboxEvent, attempt: u32, attempts: u32) -> Self {
        Self { event, attempt, attempts }
    }
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum End {
    /// Handled.
    Done,
    /// Not handled: a newer revision was.
    Obsolete,
    /// Failed: wait until then, if there is an attempt left.
    Retry {
        /// When it is due again.
        at: UnixTime,
        /// Why it failed.
        error: String,
    },
    /// Failed for good.
    Dead {
        /// Why.
        error: String,
    },
    /// Not tried: the attempt does not count.
    Return {
        /// When it is due again.
        at: UnixTime,
    },
}

/// Which of the events about one entity this is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Revision {
    /// The entity, and in whose name.
    pub entity: String,
    /// Its revision.
    pub number: i64,
}

impl Revision {
    /// Revision `number` of `entity`.
    #[must_use]
    pub const fn new(entity: String, number: i64) -> Self {
        Self { entity, number }
    }
}

/// What [`JobStore::turn`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Turn {
    /// Handle it.
    Yours,
    /// A newer revision was handled.
    Obsolete,
    /// Another event about this entity is in hand.
    Busy,
    /// The job is not in hand of this worker.
    Lost,
}

/// A job that will not be tried again unless somebody says so.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeadJob {
    /// What was to be handled.
    pub event: InboxEvent,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it failed the last time.
    pub error: String,
    /// When it was given up.
    pub died_at: UnixTime,
}

impl DeadJob {
    /// A job that was given up at `died_at`, after so many attempts.
    #[must_use]
    pub const fn new(event: InboxEvent, attempts: u32, error: String, died_at: UnixTime) -> Self {
        Self { event, attempts, error, died_at }
    }
}

/// For how long ended jobs are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// Those that are done, without their payload: as long as an event that comes again must be known.
    pub done: Duration,
    /// Those that are dead, with their payload.
    pub dead: Duration,
}

impl Retention {
    /// For so long.
    #[must_use]
    pub const fn new(done: Duration, dead: Duration) -> Self {
        Self { done, dead }
    }
}

/// What an inbox has to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Load {
    /// Jobs that wait or are in hand.
    pub jobs: u64,
    /// Bytes of payload in them.
    pub bytes: u64,
    /// When the oldest of them was received.
    pub oldest: Option<UnixTime>,
    /// Jobs that are dead.
    pub dead: u64,
}

/// What a stored event survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The loss of power, if the disk keeps what it says it wrote.
    PowerLoss,
    /// The end of the process, not the loss of power.
    ProcessEnd,
    /// Nothing: it is gone with the process.
    Nothing,
}

/// Longest error that is kept, in bytes.
const ERROR_LIMIT: usize = 1024;

/// An error as it is stored: bounded, and without characters that a database or a terminal takes amiss.
#[must_use]
pub fn error_text(error: &str) -> String {
    let mut text = String::with_capacity(error.len().min(ERROR_LIMIT));
    for character in error.chars().map(|character| if character.is_control() { ' ' } else { character }) {
        if text.len() + character.len_utf8() > ERROR_LIMIT {
            break;
        }
        text.push(character);
    }
    text
}
