//! What the store is asked, and what it forgets.

use super::{
    steps::{count, small, time},
    writer::{Failure, Step},
};
use crate::{
    inbox::{DeadJob, EventState, EventStatus, InboxEvent, JobId, Load, Retention, StatusScope},
    time::UnixTime,
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

/// How many jobs are forgotten in one transaction.
const PRUNED: i64 = 1000;

pub(super) struct Status {
    pub(super) scope: StatusScope,
    pub(super) id: String,
}

impl Step for Status {
    type Answer = Option<EventStatus>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Option<EventStatus>, Failure> {
        let of_tenant = "SELECT hook.*, job.attempts FROM webhook_jobs AS hook JOIN Jobs AS job ON job.id = hook.job
            WHERE hook.tenant = ? AND hook.public_id = ? ORDER BY hook.received_at DESC LIMIT 1";
        let at_endpoint = "SELECT hook.*, job.attempts FROM webhook_jobs AS hook JOIN Jobs AS job ON job.id = hook.job
            WHERE hook.tenant IS NULL AND hook.endpoint = ? AND hook.public_id = ?
            ORDER BY hook.received_at DESC LIMIT 1";
        let (query, scope) = match &self.scope {
            StatusScope::Tenant(tenant) => (of_tenant, tenant),
            StatusScope::Endpoint(endpoint) => (at_endpoint, endpoint),
        };
        let row = sqlx::query(query).bind(&**scope).bind(self.id.as_str()).fetch_optional(connection).await?;
        row.as_ref().map(status).transpose()
    }
}

fn status(row: &SqliteRow) -> Result<EventStatus, Failure> {
    let job = JobId::parse(row.try_get("job")?).ok_or("the id of a stored job is damaged")?;
    let mut status = EventStatus::queued(job, time(row, "received_at")?);
    status.attempts = small(row, "attempts")?;
    status.last_error = row.try_get("error")?;
    status.obsolete = row.try_get("obsolete")?;
    status.updated_at = time(row, "changed_at")?;
    status.state = match row.try_get("place")? {
        "in hand" => EventState::Processing,
        "done" => EventState::Done,
        "dead" => EventState::Dead,
        _ if status.attempts > 0 && status.last_error.is_some() => EventState::Failed,
        _ => EventState::Queued,
    };
    if status.state == EventState::Failed {
        status.next_attempt_at = Some(time(row, "due_at")?);
    }
    Ok(status)
}

pub(super) struct Dead {
    pub(super) after: Option<JobId>,
    pub(super) limit: i64,
}

impl Step for Dead {
    type Answer = Vec<DeadJob>;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Vec<DeadJob>, Failure> {
        let after = self.after.as_ref().map(JobId::as_str);
        let rows = sqlx::query(
            "SELECT job.job, job.attempts, hook.error, hook.changed_at
            FROM webhook_jobs AS hook JOIN Jobs AS job ON job.id = hook.job
            WHERE hook.place = 'dead' AND (hook.changed_at, hook.job) >
                (coalesce((SELECT changed_at FROM webhook_jobs WHERE job = ?1), -9223372036854775808), coalesce(?1, ''))
            ORDER BY hook.changed_at, hook.job LIMIT ?2",
        );
        let rows = rows.bind(after).bind(self.limit).fetch_all(connection).await?;
        let mut dead = Vec::with_capacity(rows.len());
        for row in &rows {
            // What is damaged cannot be handled, nor shown; it is forgotten in its time.
            if let Ok(event) = InboxEvent::from_bytes(row.try_get::<Vec<u8>, _>("job")?) {
                let error = row.try_get::<Option<String>, _>("error")?.unwrap_or_default();
                dead.push(DeadJob::new(event, small(row, "attempts")?, error, time(row, "changed_at")?));
            }
        }
        Ok(dead)
    }
}

pub(super) struct LoadNow;

impl Step for LoadNow {
    type Answer = Load;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<Load, Failure> {
        let row = sqlx::query(
            "SELECT jobs, bytes, dead,
                (SELECT min(received_at) FROM webhook_jobs WHERE place IN ('waiting', 'in hand')) AS oldest
            FROM webhook_load",
        );
        let row = row.fetch_one(connection).await?;
        Ok(Load {
            jobs: count(&row, "jobs")?,
            bytes: count(&row, "bytes")?,
            oldest: row.try_get::<Option<i64>, _>("oldest")?.map(UnixTime::from_millis),
            dead: count(&row, "dead")?,
        })
    }
}

pub(super) struct Prune {
    pub(super) keep: Retention,
    pub(super) now: UnixTime,
}

impl Step for Prune {
    type Answer = u64;

    async fn run(&self, connection: &mut SqliteConnection) -> Result<u64, Failure> {
        let done = self.now.saturating_sub(self.keep.done).as_millis();
        let dead = self.now.saturating_sub(self.keep.dead).as_millis();
        let old = sqlx::query(
            "SELECT job FROM webhook_jobs WHERE place = 'done' AND changed_at < ?1
            UNION ALL SELECT job FROM webhook_jobs WHERE place = 'dead' AND changed_at < ?2 LIMIT ?3",
        );
        let old = old.bind(done).bind(dead).bind(PRUNED).fetch_all(&mut *connection).await?;
        let old = old.iter().map(|row| row.try_get("job")).collect::<Result<Vec<String>, _>>()?;
        if !old.is_empty() {
            let old = serde_json::json!(old).to_string();
            for forget in [
                "DELETE FROM Jobs WHERE id IN (SELECT value FROM json_each(?))",
                "DELETE FROM webhook_jobs WHERE job IN (SELECT value FROM json_each(?))",
            ] {
                sqlx::query(forget).bind(&old).execute(&mut *connection).await?;
            }
        }
        let revisions = "DELETE FROM webhook_revisions WHERE entity IN (
            SELECT entity FROM webhook_revisions WHERE held_by IS NULL AND handled_at < ? LIMIT ?)";
        sqlx::query(revisions).bind(done).bind(PRUNED).execute(&mut *connection).await?;
        // Gives some of the pages that are free back to the disk.
        sqlx::query("PRAGMA incremental_vacuum(2000)").execute(connection).await?;
        Ok(old.len() as u64)
    }
}
