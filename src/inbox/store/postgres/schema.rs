//! What a server must be like, and the tables in it.

use super::server::Server;
use apalis_postgres::PostgresStorage;
use sqlx::{Connection, Error, PgConnection, migrate::MigrateError};
use std::{collections::HashSet, time::Duration};
use tokio::time::timeout;

/// The version of our tables.
const VERSION: i32 = 1;

/// One instance at a time sets up the tables.
const LOCK: i64 = i64::from_be_bytes(*b"twebhook");

/// How long setting up the tables may take, with that of other instances before it.
const SETTING_UP: Duration = Duration::from_secs(60);

/// The version whose checksum apalis changed with 1.0.
const BEFORE_1_0: i64 = 20_220_530_084_123;

/// Looks whether the server keeps what it acknowledges, and sets up the tables.
///
/// # Errors
///
/// A sentence that says what is wrong.
pub(super) async fn prepare(server: &Server) -> Result<(), String> {
    let preparing = timeout(SETTING_UP, async {
        let mut connection = server.connect().await.map_err(|error| server.describe(&error))?;
        check(&mut connection, server).await?;
        set_up(&mut connection, server).await?;
        // Closing is what ends the lock, too.
        let _ = connection.close().await;
        Ok(())
    });
    preparing.await.unwrap_or_else(|_| Err("PostgreSQL did not answer in time".to_owned()))
}

async fn check(connection: &mut PgConnection, server: &Server) -> Result<(), String> {
    let settings = "SELECT current_setting('fsync'), current_setting('synchronous_commit'), \
        current_setting('server_version_num')::integer, pg_is_in_recovery()";
    let settings: (String, String, i32, bool) =
        sqlx::query_as(settings).fetch_one(connection).await.map_err(|error| server.describe(&error))?;
    let (fsync, synchronous_commit, version, standby) = settings;
    if version < 130_000 {
        return Err("PostgreSQL is older than 13".to_owned());
    }
    if standby {
        return Err("this PostgreSQL is a standby, which takes no writes".to_owned());
    }
    if fsync != "on" {
        return Err("PostgreSQL runs with fsync = off: a loss of power would lose what was acknowledged".to_owned());
    }
    if !matches!(synchronous_commit.as_str(), "on" | "remote_apply") {
        return Err("PostgreSQL did not accept synchronous_commit = on: a loss of power would lose what was \
            acknowledged. Is there a connection pooler in between that does not keep sessions apart?"
            .to_owned());
    }
    Ok(())
}

async fn set_up(connection: &mut PgConnection, server: &Server) -> Result<(), String> {
    let describe = |error: &Error| server.describe(error);
    // Without a lock and without the right to create anything, if nothing is to be done.
    if missing(connection).await.map_err(|error| describe(&error))?.nothing()? {
        return Ok(());
    }
    let lock = async |connection: &mut PgConnection| {
        sqlx::query("SET statement_timeout = 0").execute(&mut *connection).await?;
        sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(connection).await
    };
    lock(connection).await.map_err(|error| describe(&error))?;
    let missing = missing(connection).await.map_err(|error| describe(&error))?;
    if missing.nothing()? {
        return Ok(());
    }
    if missing.of_apalis {
        let mut migrations = PostgresStorage::migrations();
        migrations.set_ignore_missing(true).run(&mut *connection).await.map_err(|error| match error {
            MigrateError::VersionMismatch(BEFORE_1_0) => {
                "the tables of apalis in this database are of a version before 1.0: its README says how they are \
                 brought up to date"
                    .to_owned()
            }
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => describe(&error),
            MigrateError::VersionMismatch(version) | MigrateError::Dirty(version) => {
                format!("the tables of apalis in this database are not as its migration {version} leaves them")
            }
            _ => "the tables of apalis could not be set up".to_owned(),
        })?;
    }
    if missing.ours.is_none() {
        create(connection).await.map_err(|error| describe(&error))?;
    }
    Ok(())
}

async fn create(connection: &mut PgConnection) -> Result<(), Error> {
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql("CREATE SCHEMA IF NOT EXISTS tower_webhook").execute(&mut *transaction).await?;
    sqlx::raw_sql(include_str!("schema.sql")).execute(&mut *transaction).await?;
    sqlx::raw_sql("CREATE TABLE tower_webhook.version (version integer NOT NULL)").execute(&mut *transaction).await?;
    let version = "INSERT INTO tower_webhook.version VALUES ($1)";
    sqlx::query(version).bind(VERSION).execute(&mut *transaction).await?;
    transaction.commit().await
}

/// What has to be set up.
struct Missing {
    of_apalis: bool,
    /// The version there is.
    ours: Option<i32>,
}

impl Missing {
    fn nothing(&self) -> Result<bool, String> {
        match self.ours {
            Some(version) if version > VERSION => {
                Err("the tables in this database are of a later version of tower-webhook".to_owned())
            }
            ours => Ok(!self.of_apalis && ours == Some(VERSION)),
        }
    }
}

async fn missing(connection: &mut PgConnection) -> Result<Missing, Error> {
    let tables = "SELECT to_regclass('apalis._sqlx_migrations') IS NOT NULL, \
        to_regclass('tower_webhook.version') IS NOT NULL";
    let (of_apalis, ours): (bool, bool) = sqlx::query_as(tables).fetch_one(&mut *connection).await?;
    let done: HashSet<i64> = if of_apalis {
        let done = "SELECT version FROM apalis._sqlx_migrations WHERE success";
        sqlx::query_scalar(done).fetch_all(&mut *connection).await?.into_iter().collect()
    } else {
        HashSet::new()
    };
    let ours = if ours {
        sqlx::query_scalar("SELECT max(version) FROM tower_webhook.version").fetch_one(connection).await?
    } else {
        None
    };
    let of_apalis = PostgresStorage::migrations().iter().any(|migration| !done.contains(&migration.version));
    Ok(Missing { of_apalis, ours })
}
