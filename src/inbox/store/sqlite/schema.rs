//! The tables: apalis' own, and beside them what these have no column for.
//!
//! `Jobs` holds the event, the attempts and the status that apalis' tools show. `webhook_jobs` holds the times to the
//! millisecond and what is asked for; a job's `place` and its `Jobs.status` change together.

use super::writer::{Failure, begin, commit};
use apalis_sqlite::SqliteStorage;
use sqlx::{Row, SqliteConnection};

/// Of ours; apalis keeps its own in `_sqlx_migrations`.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE webhook_jobs (
    job TEXT PRIMARY KEY,
    endpoint TEXT NOT NULL,
    tenant TEXT,
    public_id TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    place TEXT NOT NULL CHECK (place IN ('waiting', 'in hand', 'done', 'dead')),
    due_at INTEGER,
    obsolete INTEGER NOT NULL DEFAULT 0,
    error TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_jobs_due ON webhook_jobs (due_at, received_at) WHERE place = 'waiting';
CREATE INDEX webhook_jobs_place ON webhook_jobs (place, changed_at, job);
CREATE INDEX webhook_jobs_open ON webhook_jobs (received_at) WHERE place IN ('waiting', 'in hand');
CREATE INDEX webhook_jobs_tenant ON webhook_jobs (tenant, public_id, received_at) WHERE tenant IS NOT NULL;
CREATE INDEX webhook_jobs_endpoint ON webhook_jobs (endpoint, public_id, received_at) WHERE tenant IS NULL;

CREATE TABLE webhook_load (jobs INTEGER NOT NULL, bytes INTEGER NOT NULL, dead INTEGER NOT NULL) STRICT;
INSERT INTO webhook_load VALUES (0, 0, 0);
CREATE TRIGGER webhook_jobs_pushed AFTER INSERT ON webhook_jobs BEGIN
    UPDATE webhook_load SET jobs = jobs + 1, bytes = bytes + NEW.bytes;
END;
CREATE TRIGGER webhook_jobs_moved AFTER UPDATE OF place ON webhook_jobs WHEN OLD.place <> NEW.place BEGIN
    UPDATE webhook_load SET
        jobs = jobs + (NEW.place IN ('waiting', 'in hand')) - (OLD.place IN ('waiting', 'in hand')),
        bytes = bytes
            + NEW.bytes * ((NEW.place IN ('waiting', 'in hand')) - (OLD.place IN ('waiting', 'in hand'))),
        dead = dead + (NEW.place = 'dead') - (OLD.place = 'dead');
END;
CREATE TRIGGER webhook_jobs_forgotten AFTER DELETE ON webhook_jobs BEGIN
    UPDATE webhook_load SET
        jobs = jobs - (OLD.place IN ('waiting', 'in hand')),
        bytes = bytes - OLD.bytes * (OLD.place IN ('waiting', 'in hand')),
        dead = dead - (OLD.place = 'dead');
END;

CREATE TABLE webhook_workers (worker TEXT PRIMARY KEY, heard_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_revisions (
    entity TEXT PRIMARY KEY,
    newest INTEGER,
    handled_at INTEGER,
    held_by TEXT,
    held_number INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_revisions_held ON webhook_revisions (held_by) WHERE held_by IS NOT NULL;
CREATE INDEX webhook_revisions_handled ON webhook_revisions (handled_at) WHERE held_by IS NULL;

CREATE TABLE webhook_schema (version INTEGER NOT NULL) STRICT;
INSERT INTO webhook_schema VALUES (1);
";

/// Brings the tables up to date.
pub(super) async fn migrate(connection: &mut SqliteConnection) -> Result<(), Failure> {
    // Not `setup`, which would also switch the waiting for the disk off.
    SqliteStorage::<()>::migrations().run(&mut *connection).await?;
    begin(connection).await?;
    let there = "SELECT count(*) FROM sqlite_schema WHERE name = 'webhook_schema'";
    if sqlx::query(there).fetch_one(&mut *connection).await?.try_get::<i64, _>(0)? == 0 {
        sqlx::raw_sql(TABLES).execute(&mut *connection).await?;
    }
    commit(connection).await?;
    let version = sqlx::query("SELECT max(version) FROM webhook_schema").fetch_one(connection).await?;
    match version.try_get::<i64, _>(0)? {
        VERSION => Ok(()),
        other => Err(format!("its tables are of version {other}, and this release knows {VERSION}").into()),
    }
}
