//! Connections, and for how long they are waited for.

use crate::stores::{StoreError, StoreErrorKind};
use sqlx::{ConnectOptions, Connection, Error, PgConnection, postgres::PgConnectOptions};
use std::{
    fmt,
    future::Future,
    ops::{Deref, DerefMut},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout},
};

/// How long a step may take, waiting for a connection included.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// How many connections a store opens at most.
const CONNECTIONS: usize = 8;

/// A connection that was idle for longer is tried before it is used.
const TRUSTED: Duration = Duration::from_secs(1);

/// What every connection is set to, whatever the defaults of the role, the database and the server.
///
/// Commits are acknowledged when they are on disk, and on that of a synchronous standby, if there is one. What waits for
/// a lock sees what was committed meanwhile. An instance that stands still in the middle of a step does not hold up the
/// others for longer than it would wait itself. Plans are made and kept while the tables are empty, when it seems quickest
/// to read all of them: a minute later, when there are ten thousand jobs, it is not.
const SETTINGS: &str = "SELECT \
    set_config('synchronous_commit', CASE current_setting('synchronous_commit') \
        WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false), \
    set_config('default_transaction_isolation', 'read committed', false), \
    set_config('statement_timeout', '5s', false), \
    set_config('idle_in_transaction_session_timeout', '5s', false), \
    set_config('jit', 'off', false), \
    set_config('enable_seqscan', 'off', false), \
    set_config('enable_hashjoin', 'off', false), \
    set_config('enable_mergejoin', 'off', false)";

/// Lends connections.
///
/// Not the pool of sqlx: that one tries each connection that is given back, for as long as it takes, so that a network
/// that swallows packets would use all of them up.
pub(super) struct Server {
    options: PgConnectOptions,
    permits: Semaphore,
    idle: Mutex<Vec<(PgConnection, Instant)>>,
}

impl Server {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, permits: Semaphore::new(CONNECTIONS), idle: Mutex::default() }
    }

    /// A connection of its own, set as all are.
    pub(super) async fn connect(&self) -> Result<PgConnection, Error> {
        let mut connection = self.options.connect().await?;
        sqlx::query(SETTINGS).execute(&mut connection).await?;
        Ok(connection)
    }

    /// A connection for one step.
    pub(super) async fn lease(&self) -> Result<Lease<'_>, Error> {
        let permit = self.permits.acquire().await.map_err(|_| Error::PoolClosed)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some((connection, since)) if since.elapsed() <= TRUSTED => connection,
            Some((mut connection, _)) => match connection.ping().await {
                Ok(()) => connection,
                Err(_) => {
                    self.forget_idle();
                    self.connect().await?
                }
            },
            None => self.connect().await?,
        };
        Ok(Lease { server: self, connection, _permit: permit })
    }

    /// Runs a step for no longer than [`PATIENCE`].
    pub(super) async fn bounded<T>(&self, step: impl Future<Output = Result<T, Error>>) -> Result<T, StoreError> {
        let failure = match timeout(PATIENCE, step).await {
            Ok(Ok(done)) => return Ok(done),
            // It ran into `statement_timeout`.
            Ok(Err(error)) if code(&error).as_deref() == Some("57014") => StoreError::new(StoreErrorKind::TimedOut),
            Ok(Err(error)) => StoreError::failed(self.describe(&error)),
            Err(_) => StoreError::new(StoreErrorKind::TimedOut),
        };
        self.forget_idle();
        Err(failure)
    }

    /// Closes the connections that are not in use: what one met may have met all.
    fn forget_idle(&self) {
        self.idle().clear();
    }

    /// What went wrong, without what the URL holds.
    pub(super) fn describe(&self, error: &Error) -> String {
        match error {
            Error::Database(error) => {
                let code = error.code().unwrap_or_default();
                let message = error.message();
                // What is said about a refused login names the user.
                if code.starts_with("28") || message.contains(self.options.get_username()) {
                    let what =
                        if code.starts_with("28") { "PostgreSQL refused the login" } else { "PostgreSQL failed" };
                    return format!("{what} (SQLSTATE {code})");
                }
                format!("PostgreSQL: {message} (SQLSTATE {code})")
            }
            Error::Io(error) => format!("the connection to PostgreSQL failed: {}", error.kind()),
            Error::Tls(_) => "PostgreSQL cannot be spoken to over TLS: see the `tls-…` features of sqlx".to_owned(),
            Error::Protocol(message) => format!("the connection to PostgreSQL failed: {message}"),
            Error::ColumnDecode { index, .. } => format!("PostgreSQL: column {index} is not what it should be"),
            _ => "the connection to PostgreSQL failed".to_owned(),
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(PgConnection, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").finish_non_exhaustive()
    }
}

/// A connection for one step; it is closed unless it is given back.
pub(super) struct Lease<'a> {
    server: &'a Server,
    connection: PgConnection,
    _permit: SemaphorePermit<'a>,
}

impl Lease<'_> {
    /// For the next step: nothing is left undone on it.
    pub(super) fn give_back(self) {
        self.server.idle().push((self.connection, Instant::now()));
    }
}

impl Deref for Lease<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

/// The SQLSTATE.
pub(super) fn code(error: &Error) -> Option<String> {
    error.as_database_error().and_then(|error| error.code()).map(std::borrow::Cow::into_owned)
}
