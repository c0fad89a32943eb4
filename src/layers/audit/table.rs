//! Entries as rows of an SQLite table.

use super::{entry::AuditEntry, queue::AuditWriter};
use crate::{error::ConfigError, time::UnixTime};
use http::StatusCode;
use sqlx::{
    Connection, Row, Sqlite, SqliteConnection, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};
use std::{
    fmt, fs,
    future::Future,
    io,
    path::Path,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::Duration,
};

/// Writes entries into the table `webhook_audit` of an SQLite database, and reads them; the first for a
/// [`QueuedSink`](super::QueuedSink), the second for pages that show recent attempts.
///
/// The database may be the inbox's or one of its own. It is opened in WAL mode, with `synchronous` at `NORMAL`: the last
/// entries may be lost when the power fails. A batch that finds the database locked for a second is dropped, and
/// counted. Of 1,000,000 rows the oldest are deleted, as are those that are 90 days older than the newest.
///
/// The columns are those of [`AuditEntry`]: `at` in milliseconds since 1970, `latency_us` in microseconds, `NULL` for
/// what is not known. `id` is the order in which they were written.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use tower_webhook::{AuditLayer, layers::audit::{AuditTable, QueuedSink}};
/// # use tower::{Layer, ServiceExt};
/// # use {http::{Request, Response}, std::convert::Infallible};
///
/// let table = AuditTable::open("sqlite::memory:").await?;
/// let sink = QueuedSink::new(table.clone(), 10_000)?;
/// let layer = AuditLayer::new(sink.clone()).route("github")?;
/// # let service = layer.layer(tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(()))));
/// # service.oneshot(Request::post("/hook").body(())?).await?;
/// # sink.close();
///
/// // … a request later:
/// let newest = &table.recent(10).await?[0];
/// assert_eq!((newest.route(), newest.path(), newest.outcome()), (Some("github"), "/hook", "unverified"));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct AuditTable {
    connections: Arc<Connections>,
    rows: u64,
    age: Duration,
}

struct Connections {
    /// Used on the thread that writes, and nowhere else.
    writes: Mutex<SqliteConnection>,
    reads: tokio::sync::Mutex<SqliteConnection>,
}

impl AuditTable {
    /// Opens the database at `location` (a path, or a URL as in `sqlite://audit.db` and `sqlite::memory:`), and makes
    /// file and table if they are not there. Only the owner may read a file that is made, on Unix.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, or is no database.
    pub async fn open(location: impl AsRef<str> + Send) -> Result<Self, ConfigError> {
        connect(location.as_ref())
            .await
            .map(|connections| Self {
                connections: Arc::new(connections),
                rows: 1_000_000,
                age: Duration::from_secs(90 * 86_400),
            })
            .map_err(|error| ConfigError::new("audit.table", format!("cannot be opened: {error}")))
    }

    /// How many rows are kept, and how much older than the newest they may be; 1,000,000 and 90 days unless set.
    ///
    /// # Errors
    ///
    /// When either is 0.
    pub fn retention(mut self, rows: u64, age: Duration) -> Result<Self, ConfigError> {
        if rows == 0 || age.is_zero() {
            return Err(ConfigError::new("audit.retention", "keeps nothing; rows and age must be more than 0"));
        }
        self.rows = rows;
        self.age = age;
        Ok(self)
    }

    /// The newest entries, newest first; 1,000 at most. What a sink has still in its queue is not among them.
    ///
    /// # Errors
    ///
    /// When the database cannot be read.
    pub async fn recent(&self, count: usize) -> io::Result<Vec<AuditEntry>> {
        const MOST: usize = 1000;
        let count = i64::try_from(count.min(MOST)).unwrap_or(i64::MAX);
        let mut connection = self.connections.reads.lock().await;
        let query = sqlx::query(
            "SELECT at, latency_us, outcome, status, route, path, client_ip, scheme, tenant, key_id, event_id \
             FROM webhook_audit ORDER BY id DESC LIMIT ?",
        );
        let rows = query.bind(count).fetch_all(&mut *connection).await.map_err(io::Error::other)?;
        rows.iter().map(read).collect::<Result<_, _>>().map_err(io::Error::other)
    }

    async fn insert(&self, entries: &[AuditEntry], connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        // Locked at once: a transaction that begins by reading cannot wait for another that writes.
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
        for entry in entries {
            write(entry, &mut transaction).await?;
        }
        self.prune(entries.len(), &mut transaction).await?;
        transaction.commit().await
    }

    /// Twice as many rows may go as came, so that the table shrinks to its bounds, and none of this takes long.
    async fn prune(&self, came: usize, transaction: &mut Transaction<'_, Sqlite>) -> Result<(), sqlx::Error> {
        const PRUNE: &str = "DELETE FROM webhook_audit \
            WHERE id IN (SELECT id FROM webhook_audit ORDER BY id LIMIT ?) \
            AND (id <= (SELECT max(id) FROM webhook_audit) - ? \
            OR at < (SELECT at FROM webhook_audit ORDER BY id DESC LIMIT 1) - ?)";
        sqlx::query(PRUNE)
            .bind(signed(came.saturating_mul(2)))
            .bind(signed(self.rows))
            .bind(signed(self.age.as_millis()))
            .execute(&mut **transaction)
            .await
            .map(drop)
    }
}

async fn connect(location: &str) -> Result<Connections, sqlx::Error> {
    let options: SqliteConnectOptions = if location.starts_with("sqlite:") {
        location.parse()?
    } else {
        SqliteConnectOptions::new().filename(location)
    };
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_secs(1));
    let path = options.get_filename();
    if path != Path::new(":memory:") && !path.as_os_str().to_string_lossy().starts_with("file:") {
        make_private(path)?;
    }
    let mut writes = SqliteConnection::connect_with(&options).await?;
    for statement in SCHEMA {
        sqlx::query(statement).execute(&mut writes).await?;
    }
    // A database in memory lives as long as a connection to it does.
    let reads = SqliteConnection::connect_with(&options).await?;
    Ok(Connections { writes: Mutex::new(writes), reads: tokio::sync::Mutex::new(reads) })
}

/// No index but that of the ids, which are in the order of time, or nearly.
const SCHEMA: [&str; 1] = ["CREATE TABLE IF NOT EXISTS webhook_audit (\
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, latency_us INTEGER NOT NULL, outcome TEXT NOT NULL, status INTEGER, \
    route TEXT, path TEXT NOT NULL, client_ip TEXT, scheme TEXT, tenant TEXT, key_id TEXT, event_id TEXT) STRICT"];

/// SQLite would let everybody read it.
fn make_private(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

async fn write(entry: &AuditEntry, transaction: &mut Transaction<'_, Sqlite>) -> Result<(), sqlx::Error> {
    const INSERT: &str = "INSERT INTO webhook_audit \
        (at, latency_us, outcome, status, route, path, client_ip, scheme, tenant, key_id, event_id) \
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    sqlx::query(INSERT)
        .bind(entry.at().as_millis())
        .bind(signed(entry.latency_micros()))
        .bind(entry.outcome())
        .bind(entry.status().map(|status| i64::from(status.as_u16())))
        .bind(entry.route())
        .bind(entry.path())
        .bind(entry.client_ip().map(|address| address.to_string()))
        .bind(entry.scheme())
        .bind(entry.tenant())
        .bind(entry.key_id())
        .bind(entry.event_id())
        .execute(&mut **transaction)
        .await
        .map(drop)
}

fn read(row: &SqliteRow) -> Result<AuditEntry, sqlx::Error> {
    let status = row.try_get::<Option<i64>, _>(3)?.and_then(|status| u16::try_from(status).ok());
    let shared = |index: usize| row.try_get::<Option<&str>, _>(index).map(|text| text.map(Arc::from));
    let owned = |index: usize| row.try_get::<Option<&str>, _>(index).map(|text| text.map(Box::from));
    Ok(AuditEntry {
        at: UnixTime::from_millis(row.try_get(0)?),
        latency: Duration::from_micros(row.try_get::<i64, _>(1)?.unsigned_abs()),
        outcome: row.try_get::<&str, _>(2)?.into(),
        status: status.and_then(|status| StatusCode::from_u16(status).ok()),
        route: shared(4)?,
        path: row.try_get::<&str, _>(5)?.into(),
        client_ip: row.try_get::<Option<&str>, _>(6)?.and_then(|address| address.parse().ok()),
        scheme: shared(7)?,
        tenant: owned(8)?,
        key_id: owned(9)?,
        event_id: owned(10)?,
    })
}

fn signed(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

impl AuditWriter for AuditTable {
    fn write(&mut self, entries: &[AuditEntry]) -> io::Result<()> {
        // Nothing of a transaction stays if somebody panicked within it.
        let mut connection = self.connections.writes.lock().unwrap_or_else(PoisonError::into_inner);
        block_on(self.insert(entries, &mut connection)).map_err(io::Error::other)
    }

    fn name(&self) -> &'static str {
        "table"
    }
}

/// SQLite works on a thread of its own and needs no runtime; one that is dropped where another runs would panic.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

impl fmt::Debug for AuditTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditTable").field("rows", &self.rows).field("age", &self.age).finish_non_exhaustive()
    }
}
