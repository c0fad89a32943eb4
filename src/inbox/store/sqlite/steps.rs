//! What the store does: each in one transaction, alone or with others.

use super::writer::{Failure, Step};
use crate::{
    inbox::{
        End, InboxEvent, Job, JobId, PushTerms, Pushed, Revision, Turn, WorkerName,
        store::{SILENCE, error_text},
    },
    time::UnixTime,
};
use apalis_core::task::{builder::TaskBuilder, task_id::TaskId};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

/// The queue all jobs are in, as apalis calls it.
const QUEUE: &str = "tower-webhook";

/// apalis counts whole seconds, and must not show a job as due before it is.
fn seconds(time: UnixTime) -> i64 {
    time.as_millis().saturating_add(999).div_euclid(1000)
}

pub(super) fn time(row: &SqliteRow, column: &str) -> Result<UnixTime, sqlx::Error> {
    row.try_get(column).map(UnixTime::from_millis)
}

pub(super) fn count(row: &SqliteRow, column: &str) -> Result<u64, sqlx::Error> {
    row.try_get::<i64, _>(column).map(|count| u64::try_from(count).unwrap_or_default())
}

pub(super) fn small(row: &SqliteRow, column: &str) -> Result<u32, sqlx::Error> {
    row.try_get::<i64, _>(column).map(|count| u32::try_from(count).unwrap_or_default())
}

/// As apalis writes the result of a job that failed.
fn failed(error: &str) -> String {
    serde_json::json!({ "Err": error }).to_string()
}

fn list(jobs: &[String]) -> String {
    serde_json::json!(jobs).to_string()
}

pub(super) struct Push {
    event: InboxEvent,
    terms: PushTerms,
}

impl Push {
    pub(super) fn new(event: &InboxEvent, terms: &PushTerms) -> Self {
        Self { event: event.clone(), terms: *terms }
    }
}

impl Step for Push {
    type Answer = Pushed;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Pushed, Failure> {
        let Self { event, terms } = self;
        let known = sqlx::query("SELECT 1 FROM webhook_jobs WHERE job = ?").bind(event.job().as_str());
        if known.fetch_optional(&mut *connection).await?.is_some() {
            return Ok(Pushed::Known);
        }
        let load = sqlx::query("SELECT jobs, bytes FROM webhook_load").fetch_one(&mut *connection).await?;
        let length = event.payload().len() as u64;
        if count(&load, "jobs")? >= terms.jobs || count(&load, "bytes")?.saturating_add(length) > terms.bytes {
            return Ok(Pushed::Full);
        }
        let task = TaskBuilder::new(event.to_bytes())
            .task_id(TaskId::from_string(event.job().as_str()))
            .idempotency_key(event.job().as_str())
            .max_attempts(usize::try_from(terms.attempts).unwrap_or(usize::MAX))
            .run_at_timestamp(u64::try_from(seconds(terms.now)).unwrap_or_default())
            .build();
        apalis_sqlite::queries::push_tasks(connection, QUEUE, &[task]).await?;
        sqlx::query(
            "INSERT INTO webhook_jobs
                (job, endpoint, tenant, public_id, bytes, received_at, changed_at, place, due_at)
            VALUES (?, ?, ?, ?, ?, ?, ?7, 'waiting', ?7)",
        )
        .bind(event.job().as_str())
        .bind(event.endpoint())
        .bind(event.tenant())
        .bind(event.public_id())
        .bind(i64::try_from(length)?)
        .bind(event.received_at().as_millis())
        .bind(terms.now.as_millis())
        .execute(connection)
        .await?;
        Ok(Pushed::New)
    }
}

pub(super) struct Take {
    pub(super) worker: WorkerName,
    pub(super) limit: i64,
    pub(super) now: UnixTime,
}

impl Step for Take {
    type Answer = Vec<Job>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<Job>, Failure> {
        let due = sqlx::query(
            "SELECT job.id, job.job, job.attempts, job.max_attempts
            FROM webhook_jobs AS hook JOIN Jobs AS job ON job.id = hook.job
            WHERE hook.place = 'waiting' AND hook.due_at <= ? AND job.attempts < job.max_attempts
            ORDER BY hook.due_at, hook.received_at LIMIT ?",
        );
        let due = due.bind(self.now.as_millis()).bind(self.limit).fetch_all(&mut *connection).await?;
        let (mut jobs, mut taken) = (Vec::with_capacity(due.len()), Vec::with_capacity(due.len()));
        for row in due {
            let id: String = row.try_get("id")?;
            match InboxEvent::from_bytes(row.try_get::<Vec<u8>, _>("job")?) {
                Ok(event) => jobs.push(Job::new(event, small(&row, "attempts")? + 1, small(&row, "max_attempts")?)),
                // It would be in the way of all others for ever.
                Err(error) => {
                    let text = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                    end_as_dead(connection, &id, &text, self.now).await?;
                    continue;
                }
            }
            taken.push(id);
        }
        if taken.is_empty() {
            return Ok(jobs);
        }
        hear(connection, &self.worker, self.now).await?;
        let taken = list(&taken);
        sqlx::query(
            "UPDATE Jobs SET status = 'Running', attempts = attempts + 1, lock_by = ?, lock_at = ?
            WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(self.worker.as_str())
        .bind(self.now.as_seconds())
        .bind(&taken)
        .execute(&mut *connection)
        .await?;
        let moved = sqlx::query(
            "UPDATE webhook_jobs SET place = 'in hand', due_at = NULL, changed_at = ?
            WHERE job IN (SELECT value FROM json_each(?))",
        );
        moved.bind(self.now.as_millis()).bind(&taken).execute(connection).await?;
        Ok(jobs)
    }
}

async fn hear(connection: &mut SqliteConnection, worker: &WorkerName, now: UnixTime) -> Result<(), Failure> {
    let heard = sqlx::query(
        "INSERT INTO webhook_workers (worker, heard_at) VALUES (?, ?)
        ON CONFLICT (worker) DO UPDATE SET heard_at = max(heard_at, excluded.heard_at)",
    );
    heard.bind(worker.as_str()).bind(now.as_millis()).execute(&mut *connection).await?;
    sqlx::query(
        "INSERT INTO Workers (id, worker_type, storage_name, layers, last_seen, started_at)
        VALUES (?, ?, 'SqliteJobStore', '', ?3, ?3) ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen",
    )
    .bind(worker.as_str())
    .bind(QUEUE)
    .bind(now.as_seconds())
    .execute(connection)
    .await?;
    Ok(())
}

async fn is_in_hand(connection: &mut SqliteConnection, job: &JobId, worker: &WorkerName) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT 1 FROM Jobs WHERE id = ? AND lock_by = ? AND status = 'Running'");
    Ok(row.bind(job.as_str()).bind(worker.as_str()).fetch_optional(connection).await?.is_some())
}

async fn has_another(connection: &mut SqliteConnection, job: &str) -> Result<bool, sqlx::Error> {
    let row = sqlx::query("SELECT 1 FROM Jobs WHERE id = ? AND attempts < max_attempts");
    Ok(row.bind(job).fetch_optional(connection).await?.is_some())
}

pub(super) struct TakeTurn {
    pub(super) job: JobId,
    pub(super) worker: WorkerName,
    pub(super) revision: Revision,
}

impl Step for TakeTurn {
    type Answer = Turn;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Turn, Failure> {
        let Self { job, worker, revision } = self;
        if !is_in_hand(connection, job, worker).await? {
            return Ok(Turn::Lost);
        }
        let row = sqlx::query("SELECT newest, held_by FROM webhook_revisions WHERE entity = ?");
        if let Some(row) = row.bind(revision.entity.as_str()).fetch_optional(&mut *connection).await? {
            if row.try_get::<Option<i64>, _>("newest")?.is_some_and(|newest| newest > revision.number) {
                return Ok(Turn::Obsolete);
            }
            let holder: Option<String> = row.try_get("held_by")?;
            if holder.is_some_and(|holder| holder != job.as_str()) {
                return Ok(Turn::Busy);
            }
        }
        sqlx::query(
            "INSERT INTO webhook_revisions (entity, held_by, held_number) VALUES (?, ?, ?)
            ON CONFLICT (entity) DO UPDATE SET held_by = excluded.held_by, held_number = excluded.held_number",
        )
        .bind(revision.entity.as_str())
        .bind(job.as_str())
        .bind(revision.number)
        .execute(connection)
        .await?;
        Ok(Turn::Yours)
    }
}

pub(super) struct Settle {
    pub(super) job: JobId,
    pub(super) worker: WorkerName,
    pub(super) end: End,
    pub(super) now: UnixTime,
}

impl Step for Settle {
    type Answer = bool;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<bool, Failure> {
        let Self { job, worker, end, now } = self;
        if !is_in_hand(connection, job, worker).await? {
            return Ok(false);
        }
        let job = job.as_str();
        if *end == End::Done {
            let newest = sqlx::query(
                "UPDATE webhook_revisions
                SET newest = max(coalesce(newest, held_number), held_number), handled_at = ? WHERE held_by = ?",
            );
            newest.bind(now.as_millis()).bind(job).execute(&mut *connection).await?;
        }
        free_holds(connection, &list(&[job.to_owned()])).await?;
        match end {
            End::Done | End::Obsolete => {
                end_as_done(connection, job, *end == End::Obsolete, *now).await?;
            }
            End::Retry { at, error } if has_another(connection, job).await? => {
                wait(connection, job, *at, Some(&error_text(error)), *now).await?;
            }
            End::Return { at } => wait(connection, job, *at, None, *now).await?,
            End::Retry { error, .. } | End::Dead { error } => {
                end_as_dead(connection, job, &error_text(error), *now).await?;
            }
        }
        Ok(true)
    }
}

/// The key stays, the event goes.
async fn end_as_done(
    connection: &mut SqliteConnection,
    job: &str,
    obsolete: bool,
    now: UnixTime,
) -> Result<(), sqlx::Error> {
    let ended = sqlx::query(
        r#"UPDATE Jobs SET status = 'Done', job = x'', done_at = ?, lock_by = NULL, lock_at = NULL,
            last_result = '{"Ok":null}' WHERE id = ?"#,
    );
    ended.bind(now.as_seconds()).bind(job).execute(&mut *connection).await?;
    let moved = sqlx::query("UPDATE webhook_jobs SET place = 'done', changed_at = ?, obsolete = ? WHERE job = ?");
    moved.bind(now.as_millis()).bind(obsolete).bind(job).execute(connection).await?;
    Ok(())
}

/// Without an error, the attempt does not count.
async fn wait(
    connection: &mut SqliteConnection,
    job: &str,
    at: UnixTime,
    error: Option<&str>,
    now: UnixTime,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE Jobs SET run_at = ?2, lock_by = NULL, lock_at = NULL, last_result = coalesce(?3, last_result),
            attempts = attempts - (?3 IS NULL),
            status = iif(?3 IS NULL AND (attempts = 1 OR last_result IS NULL), 'Pending', 'Failed')
        WHERE id = ?1",
    )
    .bind(job)
    .bind(seconds(at))
    .bind(error.map(failed))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE webhook_jobs SET place = 'waiting', due_at = ?2, changed_at = ?3, error = coalesce(?4, error)
        WHERE job = ?1",
    )
    .bind(job)
    .bind(at.as_millis())
    .bind(now.as_millis())
    .bind(error)
    .execute(connection)
    .await?;
    Ok(())
}

async fn end_as_dead(
    connection: &mut SqliteConnection,
    job: &str,
    error: &str,
    now: UnixTime,
) -> Result<(), sqlx::Error> {
    let ended = sqlx::query(
        "UPDATE Jobs SET status = 'Killed', done_at = ?, lock_by = NULL, lock_at = NULL, last_result = ? WHERE id = ?",
    );
    ended.bind(now.as_seconds()).bind(failed(error)).bind(job).execute(&mut *connection).await?;
    let moved =
        sqlx::query("UPDATE webhook_jobs SET place = 'dead', due_at = NULL, changed_at = ?, error = ? WHERE job = ?");
    moved.bind(now.as_millis()).bind(error).bind(job).execute(connection).await?;
    Ok(())
}

/// `jobs` is a JSON array of ids.
async fn free_holds(connection: &mut SqliteConnection, jobs: &str) -> Result<(), sqlx::Error> {
    let never = "DELETE FROM webhook_revisions
        WHERE newest IS NULL AND held_by IN (SELECT value FROM json_each(?))";
    sqlx::query(never).bind(jobs).execute(&mut *connection).await?;
    let freed = "UPDATE webhook_revisions SET held_by = NULL, held_number = NULL
        WHERE held_by IN (SELECT value FROM json_each(?))";
    sqlx::query(freed).bind(jobs).execute(connection).await?;
    Ok(())
}

pub(super) struct KeepAlive {
    pub(super) worker: WorkerName,
    pub(super) now: UnixTime,
}

impl Step for KeepAlive {
    type Answer = u64;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<u64, Failure> {
        hear(connection, &self.worker, self.now).await?;
        let silent = self.now.saturating_sub(SILENCE).as_millis();
        let lost = sqlx::query(
            "SELECT job.id FROM webhook_jobs AS hook JOIN Jobs AS job ON job.id = hook.job
            WHERE hook.place = 'in hand' AND NOT EXISTS
                (SELECT 1 FROM webhook_workers WHERE worker = job.lock_by AND heard_at > ?)",
        );
        let lost = lost.bind(silent).fetch_all(&mut *connection).await?;
        let lost = lost.iter().map(|row| row.try_get("id")).collect::<Result<Vec<_>, _>>()?;
        let text = "its worker fell silent while it was in hand";
        let freed = let_go(connection, &lost, text, Some(self.now)).await?;
        let forgotten = sqlx::query("DELETE FROM webhook_workers WHERE heard_at <= ?").bind(silent);
        if forgotten.execute(&mut *connection).await?.rows_affected() > 0 {
            sqlx::query("DELETE FROM Workers WHERE worker_type = ? AND id NOT IN (SELECT worker FROM webhook_workers)")
                .bind(QUEUE)
                .execute(connection)
                .await?;
        }
        Ok(freed)
    }
}

/// What a process that has ended left in hand.
pub(super) struct Recover;

impl Step for Recover {
    type Answer = u64;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<u64, Failure> {
        let lost = sqlx::query("SELECT job FROM webhook_jobs WHERE place = 'in hand'");
        let lost = lost.fetch_all(&mut *connection).await?;
        let lost = lost.iter().map(|row| row.try_get("job")).collect::<Result<Vec<_>, _>>()?;
        let freed = let_go(connection, &lost, "its process ended while it was in hand", None).await?;
        sqlx::query("DELETE FROM webhook_workers").execute(&mut *connection).await?;
        sqlx::query("DELETE FROM Workers WHERE worker_type = ?").bind(QUEUE).execute(connection).await?;
        Ok(freed)
    }
}

/// Without the time, it is that at which each was taken: then it is due at once, whatever the clock shows.
async fn let_go(
    connection: &mut SqliteConnection,
    jobs: &[String],
    error: &str,
    now: Option<UnixTime>,
) -> Result<u64, Failure> {
    if jobs.is_empty() {
        return Ok(0);
    }
    let list = list(jobs);
    free_holds(connection, &list).await?;
    sqlx::query(
        "UPDATE webhook_jobs SET changed_at = coalesce(?2, changed_at), error = ?3,
            place = CASE WHEN job.attempts < job.max_attempts THEN 'waiting' ELSE 'dead' END,
            due_at = CASE WHEN job.attempts < job.max_attempts THEN coalesce(?2, changed_at) END
        FROM Jobs AS job WHERE job.id = webhook_jobs.job AND webhook_jobs.job IN (SELECT value FROM json_each(?1))",
    )
    .bind(&list)
    .bind(now.map(UnixTime::as_millis))
    .bind(error)
    .execute(&mut *connection)
    .await?;
    let moved = sqlx::query(
        "UPDATE Jobs SET lock_by = NULL, lock_at = NULL, last_result = ?2,
            status = iif(attempts < max_attempts, 'Failed', 'Killed'),
            run_at = coalesce(?3, lock_at, run_at),
            done_at = iif(attempts < max_attempts, NULL, coalesce(?3, lock_at, run_at))
        WHERE id IN (SELECT value FROM json_each(?1))",
    );
    let moved = moved.bind(&list).bind(failed(error)).bind(now.map(seconds)).execute(connection).await?;
    Ok(moved.rows_affected())
}

pub(super) struct Redrive {
    pub(super) job: JobId,
    pub(super) now: UnixTime,
}

impl Step for Redrive {
    type Answer = bool;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<bool, Failure> {
        let moved = sqlx::query(
            "UPDATE webhook_jobs SET place = 'waiting', due_at = ?2, changed_at = ?2 WHERE job = ?1 AND place = 'dead'",
        );
        let moved = moved.bind(self.job.as_str()).bind(self.now.as_millis()).execute(&mut *connection).await?;
        if moved.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("UPDATE Jobs SET status = 'Pending', attempts = 0, run_at = ?, done_at = NULL WHERE id = ?")
            .bind(seconds(self.now))
            .bind(self.job.as_str())
            .execute(connection)
            .await?;
        Ok(true)
    }
}
