//! An inbox in Redis.
//!
//! The jobs lie where apalis-redis 1.0 has its tasks, so that its tools can show them; what apalis has no place for is
//! beside them. Every operation is one script, because apalis' own do not keep what a [`JobStore`] promises: a push of
//! theirs stores a used key again, and a fetch of theirs fails when some thousands are due. None of apalis' workers may
//! run on this queue, and its `vacuum` takes jobs that wait for their next attempt.

mod connection;
mod keys;
mod scripts;
mod settings;
mod tickets;

use self::{
    connection::{Connection, Question},
    scripts::Scripts,
    settings::Unsafe,
    tickets::Tickets,
};
use super::{
    DeadJob, Durability, End, EventSink, Job, JobStore, Load, PushTerms, Pushed, Retention, Revision, SILENCE,
    StoreFuture, Turn, WorkerName, error_text, open::InboxError,
};
use crate::{
    inbox::{EventState, EventStatus, InboxEvent, JobId, StatusScope},
    observe,
    stores::StoreError,
    time::UnixTime,
};
use redis::Script;
use serde_json::json;
use std::{fmt, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};
use ulid::Ulid;

/// Most jobs that one script takes, shows or frees: a script holds up everybody else.
const CHUNK: usize = 500;
/// Most bytes of events that one answer has, give or take an event.
const ROOM: usize = 8 << 20;
/// Most jobs that one call of `prune` forgets.
const FORGOTTEN: usize = 1000;
/// How long it is waited for a server that keeps its data from now on to write what it had before.
const FIRST_WRITE: Duration = Duration::from_secs(30);

/// A [`JobStore`] in Redis 6.2 or later, or Valkey.
///
/// Everything is below the keys `tower-webhook:*` of one database: inboxes that are not to share their jobs have
/// databases of their own (`redis://localhost/1`). Not for Redis Cluster.
///
/// # What it promises
///
/// An answered push survives the loss of power if the server's configuration says `appendonly yes`, `appendfsync always`
/// and `no-appendfsync-on-rewrite no`, and where memory is bounded (`maxmemory`) a `maxmemory-policy` that evicts no job
/// (`noeviction`, or a `volatile` one). What is not so is set so by [`open`](Self::open), with a warning, until the
/// server restarts; then it reads back what its configuration made it write, and therefore
/// [`durability`](JobStore::durability) is [`Durability::ProcessEnd`] meanwhile. A server that lets nobody read or set
/// them is refused. It is asked again whenever it has restarted.
///
/// Replicas are not waited for: a replica that takes over may lack the last jobs.
#[derive(Clone)]
pub struct RedisJobStore {
    inner: Arc<Inner>,
}

/// Whether there may be more than was asked for, and what was.
type Rows<T> = (u8, Vec<T>);

struct Inner {
    connection: Connection,
    tickets: Tickets,
    /// Whose tickets they are.
    name: String,
}

impl RedisJobStore {
    /// Opens the inbox at `url`, such as `redis://user:password@host:6379/1` or `redis+unix:///run/redis.sock?db=1`,
    /// and makes the server's settings safe where they are not.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached within seconds, or its settings are not safe and may not be changed.
    pub async fn open(url: &str) -> Result<Self, InboxError> {
        let store = Self::connect(url, true).await?;
        let connection = &store.inner.connection;
        let deadline = Instant::now() + FIRST_WRITE;
        loop {
            match connection.secure().await {
                Ok(()) => return Ok(store),
                Err(Unsafe::NotYet) if Instant::now() < deadline => sleep(Duration::from_millis(20)).await,
                Err(error) => return Err(unusable(url, error)),
            }
        }
    }

    /// The same with a server whatever its settings are. It may forget acknowledged events at any moment: what is lost
    /// with it was never handled, and its sender does not send it again.
    ///
    /// # Errors
    ///
    /// When the server cannot be reached within seconds.
    pub async fn insecure_volatile(url: &str) -> Result<Self, InboxError> {
        observe::warning("insecure_volatile", "keeps acknowledged events in a server that may lose them");
        Self::connect(url, false).await
    }

    async fn connect(url: &str, secured: bool) -> Result<Self, InboxError> {
        let connection = Connection::open(url, secured).await.map_err(|error| unusable(url, error))?;
        Ok(Self {
            inner: Arc::new(Inner { connection, tickets: Tickets::default(), name: Ulid::generate().to_string() }),
        })
    }

    fn ask(&self, script: impl FnOnce(&Scripts) -> &Script) -> Question<'_> {
        self.inner.connection.ask(script)
    }

    async fn take_some(
        &self,
        worker: &WorkerName,
        limit: usize,
        now: UnixTime,
    ) -> Result<(bool, Vec<Job>), StoreError> {
        let ticket = self.inner.tickets.draw(worker);
        let mut question = self.ask(|scripts| &scripts.take).arg(worker.as_str()).arg(&self.inner.name);
        question =
            question.arg(ticket.number).arg(limit.min(CHUNK)).arg(now.as_millis()).arg(now.as_seconds()).arg(ROOM);
        for (from, to) in &ticket.lost {
            question = question.arg(*from).arg(*to);
        }
        let (more, rows): Rows<(String, Vec<u8>, u32, u32)> = question.only_answer().await?;
        ticket.answered();
        let mut jobs = Vec::with_capacity(rows.len());
        for (id, event, attempt, attempts) in rows {
            match InboxEvent::from_bytes(event) {
                Ok(event) => jobs.push(Job::new(event, attempt, attempts)),
                // Not to be met again at the head of the queue.
                Err(error) => {
                    let end = End::Dead { error: source_text(&error) };
                    if let Some(id) = JobId::parse(&id) {
                        // If that fails, it is let go when this worker has fallen silent. The others are in hand now.
                        let _ = self.end(&id, worker, &end, now).await;
                    }
                }
            }
        }
        Ok((more != 0, jobs))
    }

    async fn end(&self, job: &JobId, worker: &WorkerName, end: &End, now: UnixTime) -> Result<bool, StoreError> {
        let (how, at, error) = match end {
            End::Done => ("done", now, None),
            End::Obsolete => ("obsolete", now, None),
            End::Retry { at, error } => ("retry", *at, Some(error_text(error))),
            End::Dead { error } => ("dead", now, Some(error_text(error))),
            End::Return { at } => ("return", *at, None),
        };
        let question = self.ask(|scripts| &scripts.settle).arg(job.as_str()).arg(worker.as_str()).arg(how);
        let question = question.arg(now.as_millis()).arg(now.as_seconds()).arg(at.as_millis());
        let question = question.arg(error.as_deref().unwrap_or_default()).arg(result_of(error.as_deref()));
        let ended: u8 = question.answer().await?;
        Ok(ended == 1)
    }
}

impl fmt::Debug for RedisJobStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisJobStore").field("durability", &self.durability()).finish_non_exhaustive()
    }
}

impl EventSink for RedisJobStore {
    fn push<'a>(&'a self, event: &'a InboxEvent, terms: &'a PushTerms) -> StoreFuture<'a, Pushed> {
        Box::pin(async move {
            let received_at = event.received_at().as_millis();
            let rank = format!("{}:{}", keys::digits(received_at), event.job());
            let question = self.ask(|scripts| &scripts.push).arg(event.job().as_str()).arg(event.to_bytes());
            let question = question.arg(event.payload().len()).arg(terms.attempts).arg(received_at).arg(rank);
            let question = question.arg(keys::index_for(event)).arg(terms.jobs).arg(terms.bytes);
            let question = question.arg(terms.now.as_millis()).arg(event.endpoint()).arg(event.scheme());
            let pushed: String = question.answer().await?;
            match pushed.as_str() {
                "new" => Ok(Pushed::New),
                "known" => Ok(Pushed::Known),
                "full" => Ok(Pushed::Full),
                _ => Err(unintelligible()),
            }
        })
    }
}

impl JobStore for RedisJobStore {
    fn take<'a>(&'a self, worker: &'a WorkerName, limit: usize, now: UnixTime) -> StoreFuture<'a, Vec<Job>> {
        Box::pin(async move {
            let mut jobs = Vec::new();
            while jobs.len() < limit {
                match self.take_some(worker, limit - jobs.len(), now).await {
                    Ok((more, some)) => {
                        jobs.extend(some);
                        if !more {
                            break;
                        }
                    }
                    Err(error) if jobs.is_empty() => return Err(error),
                    // Those it has are in hand: they are to be handled.
                    Err(_) => break,
                }
            }
            Ok(jobs)
        })
    }

    fn turn<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        revision: &'a Revision,
        _: UnixTime,
    ) -> StoreFuture<'a, Turn> {
        Box::pin(async move {
            let question = self.ask(|scripts| &scripts.turn).arg(job.as_str()).arg(worker.as_str());
            let question = question.arg(keys::digest(&revision.entity)).arg(keys::digits(revision.number));
            let turn: String = question.answer().await?;
            match turn.as_str() {
                "yours" => Ok(Turn::Yours),
                "obsolete" => Ok(Turn::Obsolete),
                "busy" => Ok(Turn::Busy),
                "lost" => Ok(Turn::Lost),
                _ => Err(unintelligible()),
            }
        })
    }

    fn settle<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        end: &'a End,
        now: UnixTime,
    ) -> StoreFuture<'a, bool> {
        Box::pin(self.end(job, worker, end, now))
    }

    fn keep_alive<'a>(&'a self, worker: &'a WorkerName, now: UnixTime) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            let error = "its worker fell silent while it was in hand";
            let silent_since = now.saturating_sub(SILENCE);
            let question = self.ask(|scripts| &scripts.keep_alive).arg(worker.as_str()).arg(now.as_millis());
            let question = question.arg(now.as_seconds()).arg(silent_since.as_millis());
            let question = question.arg(error).arg(result_of(Some(error))).arg(CHUNK);
            let mut freed = 0;
            loop {
                let some: u64 = question.answer().await?;
                freed += some;
                if some < CHUNK as u64 {
                    return Ok(freed);
                }
            }
        })
    }

    fn status<'a>(&'a self, scope: &'a StatusScope, id: &'a str) -> StoreFuture<'a, Option<EventStatus>> {
        Box::pin(async move {
            let question = self.ask(|scripts| &scripts.status).arg(keys::index(scope, id));
            let row: Vec<Option<String>> = question.answer().await?;
            if row.is_empty() { Ok(None) } else { status_of(&row).map(Some).ok_or_else(unintelligible) }
        })
    }

    fn dead<'a>(&'a self, after: Option<&'a JobId>, limit: usize) -> StoreFuture<'a, Vec<DeadJob>> {
        Box::pin(async move {
            let mut after = after.map_or_else(String::new, ToString::to_string);
            let mut dead = Vec::new();
            while dead.len() < limit {
                let question = self.ask(|scripts| &scripts.dead).arg(&after);
                let question = question.arg((limit - dead.len()).min(CHUNK)).arg(ROOM);
                let (more, rows): Rows<(String, Vec<u8>, u32, String, String)> = question.answer().await?;
                if let Some((last, ..)) = rows.last() {
                    after.clone_from(last);
                }
                for (_, event, attempts, error, died_at) in rows {
                    // A damaged one cannot be shown; it is counted all the same.
                    if let (Ok(event), Some(died_at)) = (InboxEvent::from_bytes(event), moment(&died_at)) {
                        dead.push(DeadJob::new(event, attempts, error, died_at));
                    }
                }
                if more == 0 {
                    break;
                }
            }
            Ok(dead)
        })
    }

    fn redrive<'a>(&'a self, job: &'a JobId, now: UnixTime) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let question = self.ask(|scripts| &scripts.redrive).arg(job.as_str()).arg(now.as_millis());
            let redriven: u8 = question.answer().await?;
            Ok(redriven == 1)
        })
    }

    fn prune<'a>(&'a self, keep: &'a Retention, now: UnixTime) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            let before = |keep: Duration| now.saturating_sub(keep).as_millis();
            let question = self.ask(|scripts| &scripts.prune).arg(before(keep.done)).arg(before(keep.dead));
            question.arg(FORGOTTEN).answer().await
        })
    }

    fn load(&self) -> StoreFuture<'_, Load> {
        Box::pin(async move {
            let answer = self.ask(|scripts| &scripts.load).answer().await?;
            let (jobs, bytes, dead, oldest): (u64, u64, u64, Option<String>) = answer;
            Ok(Load { jobs, bytes, oldest: oldest.as_deref().and_then(moment), dead })
        })
    }

    fn durability(&self) -> Durability {
        self.inner.connection.durability()
    }
}

fn moment(millis: &str) -> Option<UnixTime> {
    millis.parse().ok().map(UnixTime::from_millis)
}

/// As apalis writes results.
fn result_of(error: Option<&str>) -> String {
    error.map_or_else(|| json!({ "Ok": null }), |error| json!({ "Err": error })).to_string()
}

fn source_text(error: &StoreError) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

fn unusable(url: &str, error: impl std::error::Error + Send + Sync + 'static) -> InboxError {
    InboxError::new(url, "cannot be opened").because(error)
}

fn unintelligible() -> StoreError {
    StoreError::failed("the Redis server has something else below the keys of the inbox")
}

fn status_of(row: &[Option<String>]) -> Option<EventStatus> {
    let [job, state, attempts, received_at, changed, due, error, obsolete] = row else { return None };
    let mut status = EventStatus::queued(JobId::parse(job.as_deref()?)?, moment(received_at.as_deref()?)?);
    status.attempts = attempts.as_deref()?.parse().ok()?;
    status.last_error.clone_from(error);
    status.obsolete = obsolete.is_some();
    status.updated_at = moment(changed.as_deref()?)?;
    status.state = match state.as_deref()? {
        "Pending" => EventState::Queued,
        "Failed" => EventState::Failed,
        "Running" => EventState::Processing,
        "Done" => EventState::Done,
        "Killed" => EventState::Dead,
        _ => return None,
    };
    if status.state == EventState::Failed {
        status.next_attempt_at = due.as_deref().and_then(moment);
    }
    Some(status)
}
