//! What the statements return, and the pruning.

use super::QUEUE;
use crate::{
    inbox::{DeadJob, EventState, EventStatus, InboxEvent, Job, JobId, Load, Retention},
    time::UnixTime,
};
use sqlx::{Error, PgConnection};
use std::time::Duration;

/// The job, what is stored, and which attempt it is of how many.
pub(super) type Taken = (String, Vec<u8>, i64, i64);

/// What was taken, and what of it cannot be read.
pub(super) fn jobs(taken: Vec<Taken>) -> (Vec<Job>, Vec<String>) {
    let (mut jobs, mut unreadable) = (Vec::new(), Vec::new());
    for (job, event, attempt, attempts) in taken {
        match InboxEvent::from_bytes(event) {
            Ok(event) => jobs.push(Job::new(event, number(attempt), number(attempts))),
            Err(_) => unreadable.push(job),
        }
    }
    (jobs, unreadable)
}

/// The job, its state, when it is due, its attempt, the last error, whether it is obsolete, when it was received and
/// when its state changed.
pub(super) type Status = (String, String, Option<i64>, i64, Option<String>, bool, i64, i64);

pub(super) fn status(row: Status) -> Result<EventStatus, Error> {
    let (job, state, due, attempt, error, obsolete, received, changed) = row;
    let job = JobId::parse(&job).ok_or_else(|| Error::Protocol("a stored id names no job".to_owned()))?;
    let mut status = EventStatus::queued(job, UnixTime::from_millis(received));
    (status.state, status.next_attempt_at) = match (state.as_str(), due) {
        ("in hand", _) => (EventState::Processing, None),
        ("done", _) => (EventState::Done, None),
        ("dead", _) => (EventState::Dead, None),
        (_, Some(due)) if attempt > 0 && error.is_some() => (EventState::Failed, Some(UnixTime::from_millis(due))),
        _ => (EventState::Queued, None),
    };
    status.attempts = number(attempt);
    status.last_error = error;
    status.obsolete = obsolete;
    status.updated_at = UnixTime::from_millis(changed);
    Ok(status)
}

/// What is stored, how often it was tried, the last error, and when it died.
pub(super) type Dead = (Vec<u8>, i64, String, i64);

/// `None` if what is stored cannot be read: it cannot be handled either.
pub(super) fn dead((event, attempts, error, died): Dead) -> Option<DeadJob> {
    let event = InboxEvent::from_bytes(event).ok()?;
    Some(DeadJob::new(event, number(attempts), error, UnixTime::from_millis(died)))
}

/// How many jobs are open, with how many bytes, since when; and how many are dead.
pub(super) type Open = (i64, i64, Option<i64>, i64);

pub(super) fn load((jobs, bytes, oldest, dead): Open) -> Load {
    Load {
        jobs: u64::try_from(jobs).unwrap_or_default(),
        bytes: u64::try_from(bytes).unwrap_or_default(),
        oldest: oldest.map(UnixTime::from_millis),
        dead: u64::try_from(dead).unwrap_or_default(),
    }
}

fn number(stored: i64) -> u32 {
    u32::try_from(stored).unwrap_or(if stored < 0 { 0 } else { u32::MAX })
}

/// A worker of which nothing was heard for so long is forgotten.
const WORKERS: Duration = Duration::from_secs(24 * 60 * 60);

/// Each statement passes over what others have in hand at that moment, so that none waits for another.
pub(super) async fn prune(connection: &mut PgConnection, keep: &Retention, now: UnixTime) -> Result<u64, Error> {
    let jobs = "WITH old AS ( \
            SELECT job FROM tower_webhook.jobs \
            WHERE (state = 'done' AND changed_at < $1) OR (state = 'dead' AND changed_at < $2) \
            LIMIT 100 FOR UPDATE SKIP LOCKED \
        ) \
        DELETE FROM apalis.jobs USING old WHERE id = old.job";
    let revisions = "WITH old AS ( \
            SELECT entity FROM tower_webhook.entities \
            WHERE handled_at < $1 AND holder IS NULL \
            LIMIT 1000 FOR UPDATE SKIP LOCKED \
        ) \
        DELETE FROM tower_webhook.entities AS entities USING old WHERE entities.entity = old.entity";
    let workers = "WITH old AS ( \
            SELECT worker FROM tower_webhook.workers WHERE heard_at < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED \
        ) \
        DELETE FROM tower_webhook.workers AS workers USING old WHERE workers.worker = old.worker";
    let workers_of_apalis = "WITH old AS ( \
            SELECT id FROM apalis.workers \
            WHERE worker_type = $2 AND last_seen < tower_webhook.moment($1) \
                AND NOT EXISTS (SELECT FROM apalis.jobs WHERE lock_by = workers.id) \
            LIMIT 1000 FOR UPDATE SKIP LOCKED \
        ) \
        DELETE FROM apalis.workers AS workers USING old WHERE workers.id = old.id";
    let done = now.saturating_sub(keep.done).as_millis();
    let dead = now.saturating_sub(keep.dead).as_millis();
    let mut forgotten = 0;
    // Little by little: what was forgotten when the time is up stays forgotten.
    for _ in 0..10 {
        let some = sqlx::query(jobs).bind(done).bind(dead).execute(&mut *connection).await?.rows_affected();
        forgotten += some;
        if some == 0 {
            break;
        }
    }
    sqlx::query(revisions).bind(done).execute(&mut *connection).await?;
    let silent = now.saturating_sub(WORKERS).as_millis();
    sqlx::query(workers).bind(silent).execute(&mut *connection).await?;
    sqlx::query(workers_of_apalis).bind(silent).bind(QUEUE).execute(connection).await?;
    Ok(forgotten)
}
