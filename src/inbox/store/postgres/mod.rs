//! The inbox in PostgreSQL.

mod push;
mod rows;
mod schema;
mod server;

use self::{push::Pusher, server::Server};
use super::{
    DeadJob, Durability, End, EventSink, InboxError, Job, JobStore, Load, PushTerms, Pushed, Retention, Revision,
    SILENCE, StoreFuture, Turn, WorkerName, error_text,
};
use crate::{
    inbox::{EventStatus, InboxEvent, JobId, StatusScope},
    time::UnixTime,
};
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnectOptions;
use std::{fmt, str::FromStr, sync::Arc};

/// The `job_type` of our jobs in the table of apalis.
const QUEUE: &str = "tower_webhook";

/// Keeps the jobs of an inbox in PostgreSQL, 13 or later, for any number of instances (feature `inbox-postgres`).
///
/// An event that is acknowledged survives the loss of power: every connection is set to `synchronous_commit = on`,
/// whatever the server, the database or the role say (`remote_apply` is left as it is), and a server with `fsync = off`
/// is refused. With a synchronous standby it survives the loss of the machine; with an asynchronous one, a fail-over can
/// lose the last ones.
///
/// The bounds of the inbox are exact, across all instances. For that, pushes wait for each other: those of one store share
/// their commits, so that there are fewer of these than pushes, those of several stores are committed one after the other.
///
/// Jobs are in the tables of apalis (schema `apalis`, queue `tower_webhook`), where its tools can look at them; what those
/// have no place for is in the schema `tower_webhook`. Nothing but this store may write to either, and no worker of apalis
/// may serve this queue. One database holds the jobs of one inbox.
///
/// A step that takes longer than five seconds fails, as does one while the server is away; when it is back, the store
/// works again by itself. There are at most eight connections. A connection pooler in between has to keep sessions
/// apart (PgBouncer: `pool_mode = session`).
///
/// ```no_run
/// use tower_webhook::inbox::PostgresJobStore;
/// # async fn open() -> Result<(), Box<dyn std::error::Error>> {
///
/// let store = PostgresJobStore::open("postgres://gateway@localhost/inbox").await?;
/// # Ok(()) }
/// ```
pub struct PostgresJobStore {
    server: Arc<Server>,
    pusher: Pusher,
}

impl PostgresJobStore {
    /// Connects to the database of this URL, as PostgreSQL's own tools do, and sets up what is missing of its tables.
    ///
    /// The role needs to be allowed to create schemas in the database, and the extensions `hstore` and `pgcrypto`, until
    /// the tables are there; afterwards to read and to write the tables of both schemas.
    ///
    /// # Errors
    ///
    /// When the URL is none of PostgreSQL, when the server cannot be reached or does not keep what it acknowledges, or
    /// when the tables cannot be set up.
    pub async fn open(url: &str) -> Result<Self, InboxError> {
        let refused = |why| InboxError::new(url, "cannot be opened").because(why);
        let server = Arc::new(Server::new(options(url).map_err(refused)?));
        schema::prepare(&server).await.map_err(refused)?;
        Ok(Self { pusher: Pusher::start(Arc::clone(&server)), server })
    }
}

impl fmt::Debug for PostgresJobStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresJobStore").finish_non_exhaustive()
    }
}

fn options(url: &str) -> Result<PgConnectOptions, String> {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    if !matches!(scheme, Some("postgres" | "postgresql")) {
        return Err("a URL of PostgreSQL begins with postgres://".to_owned());
    }
    // sqlx would log those it does not know, with their values.
    let known = |parameter: &str| {
        let name = parameter.split_once('=').map_or(parameter, |(name, _)| name);
        PARAMETERS.contains(&name) || name.starts_with("options[") || name.starts_with("options%5B")
    };
    let query = url.split_once('?').map_or("", |(_, query)| query);
    if !query.split('&').all(|parameter| parameter.is_empty() || known(parameter)) {
        return Err(format!("the URL has a parameter that is not known; these are: {}", PARAMETERS.join(", ")));
    }
    let options = PgConnectOptions::from_str(url).map_err(|_| "the URL cannot be read".to_owned())?;
    Ok(match options.get_application_name() {
        Some(_) => options,
        None => options.application_name("tower-webhook"),
    })
}

const PARAMETERS: [&str; 18] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// What an event is found by: whose it is, and its id. A digest, since ids are the senders', and of any length.
fn lookup(tenant: Option<&str>, endpoint: &str, id: &str) -> Vec<u8> {
    let (sort, name) = tenant.map_or(("endpoint", endpoint), |tenant| ("tenant", tenant));
    let length = u64::try_from(name.len()).unwrap_or(u64::MAX).to_be_bytes();
    Sha256::new().chain_update(sort).chain_update(length).chain_update(name).chain_update(id).finalize().to_vec()
}

impl EventSink for PostgresJobStore {
    fn push<'a>(&'a self, event: &'a InboxEvent, terms: &'a PushTerms) -> StoreFuture<'a, Pushed> {
        let lookup = lookup(event.tenant(), event.endpoint(), event.public_id());
        Box::pin(self.pusher.push(event, lookup, terms))
    }
}

impl JobStore for PostgresJobStore {
    fn take<'a>(&'a self, worker: &'a WorkerName, limit: usize, now: UnixTime) -> StoreFuture<'a, Vec<Job>> {
        let statement = "WITH due AS ( \
                SELECT job, due_at FROM tower_webhook.jobs \
                WHERE state = 'waiting' AND due_at <= $2 AND attempt < attempts \
                ORDER BY due_at, received_at LIMIT $3 FOR UPDATE SKIP LOCKED \
            ), taken AS ( \
                UPDATE tower_webhook.jobs AS jobs \
                SET state = 'in hand', worker = $1, attempt = attempt + 1, due_at = NULL, changed_at = $2 \
                FROM due WHERE jobs.job = due.job \
                RETURNING jobs.job, due.due_at, received_at, attempt, attempts \
            ) \
            SELECT taken.job, apalis.job AS event, attempt, taken.attempts \
            FROM taken JOIN apalis.jobs AS apalis ON apalis.id = taken.job \
            ORDER BY due_at, received_at";
        // A newer version or a damaged row: it would come back for ever.
        let give_up = "UPDATE tower_webhook.jobs SET state = 'dead', worker = NULL, changed_at = $3, error = $4 \
            WHERE job = ANY($1) AND worker = $2 AND state = 'in hand'";
        Box::pin(self.server.bounded(async move {
            let mut lease = self.server.lease().await?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let taken = sqlx::query_as(statement).bind(worker.as_str()).bind(now.as_millis()).bind(limit);
            let taken: Vec<rows::Taken> = taken.fetch_all(&mut *lease).await?;
            let (jobs, unreadable) = rows::jobs(taken);
            if !unreadable.is_empty() {
                let dead = sqlx::query(give_up).bind(unreadable).bind(worker.as_str()).bind(now.as_millis());
                dead.bind("what is stored of it cannot be read").execute(&mut *lease).await?;
            }
            lease.give_back();
            Ok(jobs)
        }))
    }

    fn turn<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        revision: &'a Revision,
        _: UnixTime,
    ) -> StoreFuture<'a, Turn> {
        // What is read of the entity at the end may be older than what it was held against: then a job is told that it
        // is busy, asks again, and is told that it is obsolete.
        let statement = "WITH mine AS ( \
                SELECT job FROM tower_webhook.jobs WHERE job = $1 AND worker = $2 AND state = 'in hand' FOR UPDATE \
            ), held AS ( \
                INSERT INTO tower_webhook.entities AS entities (entity, holder, held) SELECT $3, job, $4 FROM mine \
                ON CONFLICT (entity) DO UPDATE SET holder = EXCLUDED.holder, held = EXCLUDED.held \
                WHERE COALESCE(entities.newest <= EXCLUDED.held, true) \
                    AND COALESCE(entities.holder = EXCLUDED.holder, true) \
                RETURNING entity \
            ) \
            SELECT EXISTS (SELECT FROM mine), EXISTS (SELECT FROM held), \
                EXISTS (SELECT FROM tower_webhook.entities WHERE entity = $3 AND newest > $4)";
        Box::pin(self.server.bounded(async move {
            let entity = Sha256::digest(&revision.entity).to_vec();
            let mut lease = self.server.lease().await?;
            let turn = sqlx::query_as(statement).bind(job.as_str()).bind(worker.as_str());
            let turn = match turn.bind(entity).bind(revision.number).fetch_one(&mut *lease).await? {
                (false, _, _) => Turn::Lost,
                (true, true, _) => Turn::Yours,
                (true, false, true) => Turn::Obsolete,
                (true, false, false) => Turn::Busy,
            };
            lease.give_back();
            Ok(turn)
        }))
    }

    fn settle<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        end: &'a End,
        now: UnixTime,
    ) -> StoreFuture<'a, bool> {
        // What waits after its last attempt would wait for ever.
        let statement = "UPDATE tower_webhook.jobs \
            SET state = CASE WHEN $4 = 'waiting' AND attempt - $8 >= attempts THEN 'dead' ELSE $4 END, worker = NULL, \
                due_at = CASE WHEN attempt - $8 < attempts THEN $5 END, error = COALESCE($6, error), \
                obsolete = obsolete OR $7, attempt = attempt - $8, changed_at = $3 \
            WHERE job = $1 AND worker = $2 AND state = 'in hand'";
        Box::pin(self.server.bounded(async move {
            let (state, due, error) = match end {
                End::Done | End::Obsolete => ("done", None, None),
                End::Retry { at, error } => ("waiting", Some(at.as_millis()), Some(error_text(error))),
                End::Dead { error } => ("dead", None, Some(error_text(error))),
                End::Return { at } => ("waiting", Some(at.as_millis()), None),
            };
            let mut lease = self.server.lease().await?;
            let settled = sqlx::query(statement).bind(job.as_str()).bind(worker.as_str()).bind(now.as_millis());
            let settled = settled.bind(state).bind(due).bind(error).bind(*end == End::Obsolete);
            let settled = settled.bind(i64::from(matches!(end, End::Return { .. })));
            let settled = settled.execute(&mut *lease).await?;
            lease.give_back();
            Ok(settled.rows_affected() > 0)
        }))
    }

    fn keep_alive<'a>(&'a self, worker: &'a WorkerName, now: UnixTime) -> StoreFuture<'a, u64> {
        let heard = "WITH seen AS ( \
                INSERT INTO apalis.workers (id, worker_type, storage_name, last_seen) \
                VALUES ($1, $3, 'tower-webhook', tower_webhook.moment($2)) \
                ON CONFLICT (id) DO UPDATE SET last_seen = EXCLUDED.last_seen \
            ) \
            INSERT INTO tower_webhook.workers (worker, heard_at) VALUES ($1, $2) \
            ON CONFLICT (worker) DO UPDATE SET heard_at = EXCLUDED.heard_at";
        let let_go = "WITH silent AS ( \
                SELECT job FROM tower_webhook.jobs WHERE state = 'in hand' AND NOT EXISTS ( \
                    SELECT FROM tower_webhook.workers WHERE workers.worker = jobs.worker AND heard_at > $1 \
                ) FOR UPDATE SKIP LOCKED \
            ) \
            UPDATE tower_webhook.jobs AS jobs \
            SET state = CASE WHEN attempt < attempts THEN 'waiting' ELSE 'dead' END, worker = NULL, \
                due_at = CASE WHEN attempt < attempts THEN $2 END, changed_at = $2, \
                error = 'its worker fell silent while it was in hand' \
            FROM silent WHERE jobs.job = silent.job";
        Box::pin(self.server.bounded(async move {
            let mut lease = self.server.lease().await?;
            let heard = sqlx::query(heard).bind(worker.as_str()).bind(now.as_millis()).bind(QUEUE);
            heard.execute(&mut *lease).await?;
            let silent = now.saturating_sub(SILENCE).as_millis();
            let let_go = sqlx::query(let_go).bind(silent).bind(now.as_millis()).execute(&mut *lease).await?;
            lease.give_back();
            Ok(let_go.rows_affected())
        }))
    }

    fn status<'a>(&'a self, scope: &'a StatusScope, id: &'a str) -> StoreFuture<'a, Option<EventStatus>> {
        let statement = "SELECT job, state, due_at, attempt, error, obsolete, received_at, changed_at \
            FROM tower_webhook.jobs WHERE lookup = $1 ORDER BY received_at DESC, job DESC LIMIT 1";
        Box::pin(self.server.bounded(async move {
            let lookup = match scope {
                StatusScope::Tenant(tenant) => lookup(Some(tenant), "", id),
                StatusScope::Endpoint(endpoint) => lookup(None, endpoint, id),
            };
            let mut lease = self.server.lease().await?;
            let status: Option<rows::Status> =
                sqlx::query_as(statement).bind(lookup).fetch_optional(&mut *lease).await?;
            lease.give_back();
            status.map(rows::status).transpose()
        }))
    }

    fn dead<'a>(&'a self, after: Option<&'a JobId>, limit: usize) -> StoreFuture<'a, Vec<DeadJob>> {
        let statement = "SELECT apalis.job AS event, jobs.attempt, COALESCE(jobs.error, ''), jobs.changed_at \
            FROM tower_webhook.jobs AS jobs JOIN apalis.jobs AS apalis ON apalis.id = jobs.job \
            WHERE state = 'dead' AND ($3::bigint IS NULL OR (jobs.changed_at, jobs.job) > ($3, $1)) \
            ORDER BY jobs.changed_at, jobs.job LIMIT $2";
        let begin = "SELECT changed_at FROM tower_webhook.jobs WHERE job = $1";
        Box::pin(self.server.bounded(async move {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let after = after.map(JobId::as_str);
            let mut lease = self.server.lease().await?;
            let begin: Option<i64> = sqlx::query_scalar(begin).bind(after).fetch_optional(&mut *lease).await?;
            let dead = sqlx::query_as(statement).bind(after).bind(limit).bind(begin);
            let dead: Vec<rows::Dead> = dead.fetch_all(&mut *lease).await?;
            lease.give_back();
            Ok(dead.into_iter().filter_map(rows::dead).collect())
        }))
    }

    fn redrive<'a>(&'a self, job: &'a JobId, now: UnixTime) -> StoreFuture<'a, bool> {
        let statement = "WITH driven AS ( \
                UPDATE tower_webhook.jobs SET state = 'waiting', attempt = 0, due_at = $2, changed_at = $2 \
                WHERE job = $1 AND state = 'dead' RETURNING bytes \
            ) \
            UPDATE tower_webhook.added SET jobs = added.jobs + 1, bytes = added.bytes + driven.bytes FROM driven";
        Box::pin(self.server.bounded(async move {
            let mut lease = self.server.lease().await?;
            let driven = sqlx::query(statement).bind(job.as_str()).bind(now.as_millis()).execute(&mut *lease).await?;
            lease.give_back();
            Ok(driven.rows_affected() > 0)
        }))
    }

    fn prune<'a>(&'a self, keep: &'a Retention, now: UnixTime) -> StoreFuture<'a, u64> {
        Box::pin(self.server.bounded(async move {
            let mut lease = self.server.lease().await?;
            let forgotten = rows::prune(&mut lease, keep, now).await?;
            lease.give_back();
            Ok(forgotten)
        }))
    }

    fn load(&self) -> StoreFuture<'_, Load> {
        let statement = "SELECT count(*), COALESCE(sum(bytes), 0)::bigint, min(received_at), \
                (SELECT count(*) FROM tower_webhook.jobs WHERE state = 'dead') \
            FROM tower_webhook.jobs WHERE state IN ('waiting', 'in hand')";
        Box::pin(self.server.bounded(async move {
            let mut lease = self.server.lease().await?;
            let load: rows::Open = sqlx::query_as(statement).fetch_one(&mut *lease).await?;
            lease.give_back();
            Ok(rows::load(load))
        }))
    }

    fn durability(&self) -> Durability {
        Durability::PowerLoss
    }
}
