//! The audit trail: one record for each attempt, kept in several places.

use crate::{
    config::{Config, Wrong},
    console::RecentAttempts,
};
use std::path::{Path, PathBuf};
use tower_webhook::{
    AuditLayer, ConfigError,
    layers::audit::{AuditRecord, AuditSink, AuditTable, AuditWriter, JsonLines, QueuedSink, TracingSink},
    metrics::{AUDIT_DROPPED, MetricsSink},
};

/// Entries that may wait for a disk; those beyond are dropped, and counted.
const WAITING: usize = 10_000;

/// Where the records go.
#[derive(Clone)]
pub(crate) struct Audit {
    metrics: MetricsSink,
    lines: Option<QueuedSink>,
    table: Option<QueuedSink>,
    recent: Option<RecentAttempts>,
}

impl Audit {
    /// To the log and the metrics; to `lines`; to a table beside an SQLite inbox; and to the console, if there is one.
    pub(crate) async fn open(config: &Config, lines: Option<QueuedSink>) -> Result<Self, Wrong> {
        let table = match table_beside(&config.database) {
            Some(file) => {
                let table = AuditTable::open(file.to_string_lossy()).await;
                let sink = table.and_then(queued);
                Some(sink.map_err(|error| config.wrong("database", &error))?)
            }
            None => None,
        };
        let recent = config.has_console().then(RecentAttempts::default);
        Ok(Self { metrics: MetricsSink::new(), lines, table, recent })
    }

    /// Records what comes to this route. Goes outermost.
    pub(crate) fn layer(&self, route: &str) -> Result<AuditLayer<Self>, ConfigError> {
        AuditLayer::new(self.clone()).route(route)
    }

    /// What the console shows.
    pub(crate) fn recent(&self) -> RecentAttempts {
        self.recent.clone().unwrap_or_default()
    }

    /// Writes what waits, for some seconds at most.
    pub(crate) fn close(&self) {
        for sink in [&self.lines, &self.table].into_iter().flatten() {
            sink.close();
        }
    }
}

impl AuditSink for Audit {
    fn record(&self, record: AuditRecord) {
        let kept = (self.lines.clone(), self.table.clone());
        ((TracingSink, self.metrics), (kept, self.recent.clone())).record(record);
    }
}

/// The file that the configuration names, if it names one.
pub(crate) fn lines(config: &Config) -> Result<Option<QueuedSink>, Wrong> {
    let open = |file| JsonLines::open(file).and_then(queued);
    config.audit.as_ref().map(open).transpose().map_err(|error| config.wrong("audit", &error))
}

fn queued(writer: impl AuditWriter) -> Result<QueuedSink, ConfigError> {
    // So that the count is there before anything is lost.
    ::metrics::counter!(AUDIT_DROPPED, "sink" => writer.name()).increment(0);
    QueuedSink::new(writer, WAITING)
}

/// `gateway-audit.db` for `sqlite://gateway.db`. A file of its own: writing to it never keeps the inbox waiting.
fn table_beside(database: &str) -> Option<PathBuf> {
    let path = database.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = Path::new(path.split('?').next().filter(|path| *path != ":memory:")?);
    let mut name = path.file_stem()?.to_owned();
    name.push("-audit.db");
    Some(path.with_file_name(name))
}
