//! An inbox in a file of SQLite.

mod asking;
mod location;
mod schema;
mod steps;
mod writer;

use self::{
    asking::{Dead, LoadNow, Prune, Status},
    location::{Location, Presence, make_private},
    steps::{KeepAlive, Push, Recover, Redrive, Settle, Take, TakeTurn},
    writer::{Failure, Step, Writer, begin, commit},
};
use super::open::InboxError;
use crate::{
    inbox::{
        DeadJob, Durability, End, EventSink, EventStatus, InboxEvent, Job, JobId, JobStore, Load, PushTerms, Pushed,
        Retention, Revision, StatusScope, StoreFuture, Turn, WorkerName,
    },
    stores::StoreError,
    time::UnixTime,
};
use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection, SqlitePool,
    sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::time::Duration;

/// A [`JobStore`] in an SQLite file, the default.
///
/// What it has acknowledged survives the loss of power: it is written ahead (`journal_mode = WAL`), and each answer
/// waits for the disk (`synchronous = FULL`, `fullfsync` where macOS has it). Both are read back when it is opened.
/// Pushes that come at the same time share one wait.
///
/// Several processes of one machine may open one file. Each holds a shared lock on a file beside it, whose name ends in
/// `.lock`: whoever comes when nobody else is there knows that what is in hand was left by a process that has ended, and
/// lets go of it at once. Otherwise it is let go after [`SILENCE`](super::SILENCE). The file must be on a disk of this
/// machine, since locks across a network are not to be relied on, and belongs to the inbox alone.
///
/// Only the owner may read a file that is made, on Unix: payloads are in it.
///
/// The jobs are in the tables of apalis 1.0, in the queue `tower-webhook`, for its tools to read. Its workers must not
/// run on them: they would not see what this store keeps beside.
///
/// While the file is locked by somebody else, or the disk is full, operations fail after about a quarter of a second;
/// once that is over they work again.
#[derive(Debug)]
pub struct SqliteJobStore {
    writer: Writer,
    /// None in memory, which has one connection.
    readers: Option<SqlitePool>,
    /// Held for as long as the store is used.
    _presence: Presence,
}

/// How long somebody else may hold the file locked before an operation fails.
const BUSY: Duration = Duration::from_millis(250);
/// The same while it is opened, when another process may be at that, too.
const BUSY_AT_OPEN: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

impl SqliteJobStore {
    /// Opens `sqlite://relative.db`, `sqlite:///absolute.db`, `sqlite::memory:` or the path of a file, which is made if
    /// it is not there. In a URL, what has a meaning there is written as `%3F` and so on; with `?mode=rw` the file has to
    /// be there.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened, is no database or a damaged one, was written by a later release, or cannot be
    /// made to wait for the disk.
    pub async fn open(url: &str) -> Result<Self, InboxError> {
        let location = Location::parse(url)?;
        let Location::File { path, create } = location else { return Self::in_memory(url).await };
        let presence = Presence::in_file(url, &path).await?;
        let failed = |failure: Failure| InboxError::new(url, "cannot be opened").because(failure);
        let options = options(SqliteConnectOptions::new().filename(&path))
            .busy_timeout(BUSY)
            .synchronous(SqliteSynchronous::Full)
            // Only macOS tells apart whether the disk has it, or has written it.
            .pragma("fullfsync", "1")
            .pragma("checkpoint_fullfsync", "1")
            .pragma("journal_size_limit", "67108864");
        if create {
            make_private(&path).map_err(|error| failed(error.into()))?;
        }
        // These stay with the file, and writing them anew would need it not to be locked.
        let first = options.clone().auto_vacuum(SqliteAutoVacuum::Incremental).journal_mode(SqliteJournalMode::Wal);
        let first = first.create_if_missing(create).busy_timeout(BUSY_AT_OPEN).connect().await;
        let mut first = first.map_err(|error| failed(error.into()))?;
        prepare(&mut first, &presence).await.map_err(failed)?;
        let mut connection = options.connect().await.map_err(|error| failed(error.into()))?;
        is_durable(&mut connection).await.map_err(failed)?;
        first.close().await.map_err(|error| failed(error.into()))?;

        let presence = presence.settled().await.map_err(|error| failed(error.into()))?;
        let readers = SqlitePoolOptions::new().max_connections(READERS).acquire_timeout(Duration::from_secs(2));
        let readers = readers.connect_lazy_with(options.clone().pragma("query_only", "1"));
        Ok(Self { writer: Writer::start(connection, Some(options)), readers: Some(readers), _presence: presence })
    }

    async fn in_memory(url: &str) -> Result<Self, InboxError> {
        let failed = |failure: Failure| InboxError::new(url, "cannot be opened").because(failure);
        let options = options(SqliteConnectOptions::new().in_memory(true));
        let mut connection = options.connect().await.map_err(|error| failed(error.into()))?;
        prepare(&mut connection, &Presence::IN_MEMORY).await.map_err(failed)?;
        Ok(Self { writer: Writer::start(connection, None), readers: None, _presence: Presence::IN_MEMORY })
    }

    async fn read<S: Step>(&self, step: S) -> Result<S::Answer, StoreError> {
        let Some(readers) = &self.readers else { return self.writer.run(|| step).await };
        let mut connection = readers.acquire().await.map_err(StoreError::failed)?;
        step.run(&mut connection).await.map_err(StoreError::failed)
    }
}

fn options(options: SqliteConnectOptions) -> SqliteConnectOptions {
    // Statements are nobody's business, and the slow ones are told by what waits for them.
    options.disable_statement_logging()
}

async fn prepare(connection: &mut SqliteConnection, presence: &Presence) -> Result<(), Failure> {
    schema::migrate(connection).await?;
    if presence.is_alone() {
        begin(connection).await?;
        Recover.run(connection).await?;
        commit(connection).await?;
    }
    Ok(())
}

/// A setting that was not accepted is no error to SQLite.
async fn is_durable(connection: &mut SqliteConnection) -> Result<(), Failure> {
    let journal: String = sqlx::query("PRAGMA journal_mode").fetch_one(&mut *connection).await?.try_get(0)?;
    let synchronous: i64 = sqlx::query("PRAGMA synchronous").fetch_one(connection).await?.try_get(0)?;
    if journal != "wal" || synchronous != 2 {
        return Err(format!("it must have journal_mode wal and synchronous 2, has {journal} and {synchronous}").into());
    }
    Ok(())
}

fn bounded(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl EventSink for SqliteJobStore {
    fn push<'a>(&'a self, event: &'a InboxEvent, terms: &'a PushTerms) -> StoreFuture<'a, Pushed> {
        Box::pin(self.writer.run(|| Push::new(event, terms)))
    }
}

impl JobStore for SqliteJobStore {
    fn take<'a>(&'a self, worker: &'a WorkerName, limit: usize, now: UnixTime) -> StoreFuture<'a, Vec<Job>> {
        Box::pin(self.writer.run(move || Take { worker: worker.clone(), limit: bounded(limit), now }))
    }

    fn turn<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        revision: &'a Revision,
        _: UnixTime,
    ) -> StoreFuture<'a, Turn> {
        let step = || TakeTurn { job: job.clone(), worker: worker.clone(), revision: revision.clone() };
        Box::pin(self.writer.run(step))
    }

    fn settle<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        end: &'a End,
        now: UnixTime,
    ) -> StoreFuture<'a, bool> {
        let step = move || Settle { job: job.clone(), worker: worker.clone(), end: end.clone(), now };
        Box::pin(self.writer.run(step))
    }

    fn keep_alive<'a>(&'a self, worker: &'a WorkerName, now: UnixTime) -> StoreFuture<'a, u64> {
        Box::pin(self.writer.run(move || KeepAlive { worker: worker.clone(), now }))
    }

    fn status<'a>(&'a self, scope: &'a StatusScope, id: &'a str) -> StoreFuture<'a, Option<EventStatus>> {
        Box::pin(self.read(Status { scope: scope.clone(), id: id.to_owned() }))
    }

    fn dead<'a>(&'a self, after: Option<&'a JobId>, limit: usize) -> StoreFuture<'a, Vec<DeadJob>> {
        Box::pin(self.read(Dead { after: after.cloned(), limit: bounded(limit) }))
    }

    fn redrive<'a>(&'a self, job: &'a JobId, now: UnixTime) -> StoreFuture<'a, bool> {
        Box::pin(self.writer.run(move || Redrive { job: job.clone(), now }))
    }

    fn prune<'a>(&'a self, keep: &'a Retention, now: UnixTime) -> StoreFuture<'a, u64> {
        Box::pin(self.writer.run(move || Prune { keep: *keep, now }))
    }

    fn load(&self) -> StoreFuture<'_, Load> {
        Box::pin(self.read(LoadNow))
    }

    fn durability(&self) -> Durability {
        if self.readers.is_some() { Durability::PowerLoss } else { Durability::Nothing }
    }
}
