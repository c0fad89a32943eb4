//! Pushes of one store share their commits.
//!
//! They go through one task, a batch a transaction, since who adds jobs locks `tower_webhook.added` until the commit is
//! on disk: that is what makes the bounds exact and lets no two instances store one event.

use super::{
    QUEUE,
    server::{PATIENCE, Server, code},
};
use crate::{
    inbox::{InboxEvent, JobId, PushTerms, Pushed},
    stores::{StoreError, StoreErrorKind},
    time::UnixTime,
};
use apalis_core::task::{builder::TaskBuilder, task_id::TaskId};
use sqlx::{Connection, Error, PgConnection};
use std::{collections::HashSet, sync::Arc};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
    time::timeout,
};

/// How many pushes one transaction takes at most.
const BATCH: usize = 256;

/// How many KiB may be on their way into the database at once.
const ON_THE_WAY: u32 = 16 << 10;

/// Pushes jobs, of any number of callers.
#[derive(Debug)]
pub(super) struct Pusher {
    queue: mpsc::Sender<Push>,
    room: Arc<Semaphore>,
}

/// One push, until it is answered.
struct Push {
    new: New,
    terms: PushTerms,
    answer: oneshot::Sender<Result<Pushed, StoreError>>,
    _room: OwnedSemaphorePermit,
}

/// A job to be added.
struct New {
    job: JobId,
    event: Vec<u8>,
    lookup: Vec<u8>,
    bytes: i64,
    received_at: UnixTime,
}

impl Pusher {
    /// Begins to take pushes, until it is dropped.
    pub(super) fn start(server: Arc<Server>) -> Self {
        let (queue, pushes) = mpsc::channel(BATCH);
        tokio::spawn(run(server, pushes));
        Self { queue, room: Arc::new(Semaphore::new(ON_THE_WAY as usize)) }
    }

    pub(super) async fn push(
        &self,
        event: &InboxEvent,
        lookup: Vec<u8>,
        terms: &PushTerms,
    ) -> Result<Pushed, StoreError> {
        let gone = || StoreError::failed("the runtime that the store was opened in has ended");
        let answered = timeout(PATIENCE, async {
            let kib = u32::try_from(event.payload().len() / 1024).unwrap_or(ON_THE_WAY).saturating_add(1);
            let room = Arc::clone(&self.room).acquire_many_owned(kib.min(ON_THE_WAY)).await.map_err(|_| gone())?;
            let new = New {
                job: event.job().clone(),
                event: event.to_bytes(),
                lookup,
                bytes: i64::try_from(event.payload().len()).unwrap_or(i64::MAX),
                received_at: event.received_at(),
            };
            let (answer, answered) = oneshot::channel();
            let push = Push { new, terms: *terms, answer, _room: room };
            self.queue.send(push).await.map_err(|_| gone())?;
            answered.await.map_err(|_| gone())?
        });
        answered.await.unwrap_or_else(|_| Err(StoreError::new(StoreErrorKind::TimedOut)))
    }
}

async fn run(server: Arc<Server>, mut pushes: mpsc::Receiver<Push>) {
    let mut level = Level::default();
    let mut batch = Vec::new();
    while pushes.recv_many(&mut batch, BATCH).await > 0 {
        // Whoever has given up will ask again.
        batch.retain(|push| !push.answer.is_closed());
        if batch.is_empty() {
            continue;
        }
        let pushed = server.bounded(push_all(&server, &batch, &mut level)).await;
        for (at, push) in batch.drain(..).enumerate() {
            let missing = || Err(StoreError::failed("a push was not answered"));
            let answer = pushed
                .as_ref()
                .map_or_else(|error| Err(error.clone()), |all| all.get(at).copied().map_or_else(missing, Ok));
            // Whoever has given up by now will ask again, too.
            let _ = push.answer.send(answer);
        }
    }
}

async fn push_all(server: &Server, batch: &[Push], level: &mut Level) -> Result<Vec<Pushed>, Error> {
    let mut lease = server.lease().await?;
    let pushed = match push_together(&mut lease, batch, level).await {
        // Somebody who does not lock added one of them, and now it is known.
        Err(error) if code(&error).as_deref() == Some("23505") => push_together(&mut lease, batch, level).await,
        pushed => pushed,
    }?;
    lease.give_back();
    Ok(pushed)
}

async fn push_together(connection: &mut PgConnection, batch: &[Push], level: &mut Level) -> Result<Vec<Pushed>, Error> {
    let mut transaction = connection.begin().await?;
    // Each statement sees what was committed before it: behind this lock, all that was added.
    let added = "SELECT jobs, bytes FROM tower_webhook.added FOR UPDATE";
    let added: (i64, i64) = sqlx::query_as(added).fetch_one(&mut *transaction).await?;
    let ids: Vec<_> = batch.iter().map(|push| push.new.job.as_str()).collect();
    let known = "SELECT id FROM apalis.jobs WHERE id = ANY($1)";
    let known: Vec<String> = sqlx::query_scalar(known).bind(&ids).fetch_all(&mut *transaction).await?;
    let mut known: HashSet<&str> = known.iter().map(String::as_str).collect();

    let mut open = level.at_most(added);
    let mut counted = false;
    let mut accepted = Vec::new();
    let mut pushed = Vec::with_capacity(batch.len());
    for Push { new, terms, .. } in batch {
        if known.contains(new.job.as_str()) {
            pushed.push(Pushed::Known);
            continue;
        }
        if !open.is_some_and(|open| open.has_room(new, terms)) && !counted {
            // What this batch has added so far is not there to be counted.
            let mut exact = level.count(&mut transaction, added).await?;
            accepted.iter().for_each(|(new, _): &(&New, _)| exact.add(new));
            open = Some(exact);
            counted = true;
        }
        match &mut open {
            Some(open) if open.has_room(new, terms) => {
                open.add(new);
                known.insert(new.job.as_str());
                accepted.push((new, terms));
                pushed.push(Pushed::New);
            }
            _ => pushed.push(Pushed::Full),
        }
    }
    if accepted.is_empty() {
        transaction.rollback().await?;
    } else {
        add(&mut transaction, &accepted).await?;
        transaction.commit().await?;
    }
    Ok(pushed)
}

async fn add(connection: &mut PgConnection, accepted: &[(&New, &PushTerms)]) -> Result<(), Error> {
    let tasks = accepted.iter().map(|(new, terms)| {
        // Not yet due for apalis, whose trigger would send a notification to nobody and with that make all commits of
        // the database wait for each other.
        let later = u64::try_from(terms.now.as_seconds()).unwrap_or_default().saturating_add(60);
        TaskBuilder::new(new.event.clone())
            .task_id(TaskId::from_string(new.job.as_str()))
            .idempotency_key(new.job.as_str())
            .max_attempts(terms.attempts.min(i32::MAX as u32) as usize)
            .run_at_timestamp(later.min(LATEST))
            .build()
    });
    let tasks = tasks.collect();
    apalis_postgres::queries::push_tasks(connection, QUEUE, tasks).await.map_err(|error| match error {
        apalis_postgres::Error::Database(error) => error,
        other => Error::Protocol(other.to_string()),
    })?;
    let statement = "WITH added AS (UPDATE tower_webhook.added SET jobs = jobs + $1, bytes = bytes + $2) \
        INSERT INTO tower_webhook.jobs (job, lookup, state, due_at, changed_at, attempts, bytes, received_at) \
        SELECT job, lookup, 'waiting', now, now, attempts, bytes, received_at \
        FROM unnest($3::text[], $4::bytea[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[]) \
        AS new (job, lookup, now, attempts, bytes, received_at)";
    let column =
        |of: fn(&New, &PushTerms) -> i64| -> Vec<i64> { accepted.iter().map(|(new, terms)| of(new, terms)).collect() };
    sqlx::query(statement)
        .bind(i64::try_from(accepted.len()).unwrap_or(i64::MAX))
        .bind(accepted.iter().fold(0_i64, |sum, (new, _)| sum.saturating_add(new.bytes)))
        .bind(accepted.iter().map(|(new, _)| new.job.as_str()).collect::<Vec<_>>())
        .bind(accepted.iter().map(|(new, _)| new.lookup.as_slice()).collect::<Vec<_>>())
        .bind(column(|_, terms| terms.now.as_millis()))
        .bind(column(|_, terms| i64::from(terms.attempts)))
        .bind(column(|new, _| new.bytes))
        .bind(column(|new, _| new.received_at.as_millis()))
        .execute(connection)
        .await?;
    Ok(())
}

/// The end of the year 9999, in seconds: PostgreSQL has no later times that are of use.
const LATEST: u64 = 253_402_300_799;

/// What is open, at most.
#[derive(Clone, Copy)]
struct Open {
    jobs: i64,
    bytes: i64,
}

impl Open {
    fn has_room(self, new: &New, terms: &PushTerms) -> bool {
        let bound = |bound| i64::try_from(bound).unwrap_or(i64::MAX);
        self.jobs < bound(terms.jobs) && self.bytes.saturating_add(new.bytes) <= bound(terms.bytes)
    }

    const fn add(&mut self, new: &New) {
        self.jobs = self.jobs.saturating_add(1);
        self.bytes = self.bytes.saturating_add(new.bytes);
    }
}

/// When the open jobs were counted last: what was open, and what had ever been added.
///
/// Since then there can be no more than have been added. So jobs are counted again only when that might be too many, and
/// the bounds are exact all the same.
#[derive(Default)]
struct Level(Option<(Open, Open)>);

impl Level {
    fn at_most(&self, (jobs, bytes): (i64, i64)) -> Option<Open> {
        let (open, added) = self.0?;
        // A standby that took over may not know of the last ones.
        let (jobs, bytes) = (jobs.checked_sub(added.jobs)?, bytes.checked_sub(added.bytes)?);
        let open = Open { jobs: open.jobs.checked_add(jobs)?, bytes: open.bytes.checked_add(bytes)? };
        Some(open).filter(|_| jobs >= 0 && bytes >= 0)
    }

    async fn count(&mut self, connection: &mut PgConnection, (jobs, bytes): (i64, i64)) -> Result<Open, Error> {
        let count = "SELECT count(*), COALESCE(sum(bytes), 0)::bigint FROM tower_webhook.jobs \
            WHERE state IN ('waiting', 'in hand')";
        let (open_jobs, open_bytes) = sqlx::query_as(count).fetch_one(connection).await?;
        let open = Open { jobs: open_jobs, bytes: open_bytes };
        self.0 = Some((open, Open { jobs, bytes }));
        Ok(open)
    }
}
