//! Rows of a table.

use crate::common::{App, Directory, app, deliver, delivery, forged, settled};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{path::Path, time::Duration};
use tower::ServiceExt;
use tower_webhook::{
    AuditLayer, UnixTime,
    layers::audit::{AuditEntry, AuditTable, QueuedSink},
    testing::FakeClock,
};

async fn open(path: &Path) -> AuditTable {
    AuditTable::open(path.to_str().unwrap()).await.unwrap()
}

fn audited(table: &AuditTable) -> (App, QueuedSink) {
    let sink = QueuedSink::new(table.clone(), 100_000).unwrap();
    (app(AuditLayer::new(sink.clone()).route("table").unwrap()), sink)
}

fn ids(entries: &[AuditEntry]) -> Vec<&str> {
    entries.iter().filter_map(AuditEntry::event_id).collect()
}

#[tokio::test]
async fn the_newest_come_first_with_all_that_is_known_also_after_a_restart() {
    let directory = Directory::new();
    let path = directory.file("audit.db");
    let table = open(&path).await;
    let (app, sink) = audited(&table);
    assert!(table.recent(10).await.unwrap().is_empty());
    deliver(&app, 3).await;
    app.clone().oneshot(forged("4242 4242")).await.unwrap();
    sink.close();
    drop((app, sink, table));

    let table = open(&path).await;
    let entries = table.recent(3).await.unwrap();
    let [forged, newest, before] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((forged.outcome(), forged.event_id(), forged.key_id()), ("signature_mismatch", None, None));
    assert_eq!(forged.scheme(), Some("github"));
    assert_eq!((newest.event_id(), before.event_id()), (Some("delivery-2"), Some("delivery-1")));
    assert_eq!((newest.outcome(), newest.status().unwrap().as_u16()), ("accepted", 202));
    assert_eq!((newest.route(), newest.path(), newest.key_id()), (Some("table"), "/hook", Some("current")));
    assert_eq!((newest.client_ip(), newest.tenant()), (Some([192, 0, 2, 1].into()), None));
    assert!(newest.at() > UnixTime::from_seconds(1_700_000_000));
    assert_eq!(table.recent(usize::MAX).await.unwrap().len(), 4);
}

/// What is read is what was written.
#[tokio::test]
async fn an_entry_comes_back_as_it_was() {
    let (kept, table) = (crate::common::Kept::default(), AuditTable::open("sqlite::memory:").await.unwrap());
    let sinks = (QueuedSink::new(kept.clone(), 10).unwrap(), QueuedSink::new(table.clone(), 10).unwrap());
    let app = app(AuditLayer::new(sinks.clone()));
    deliver(&app, 2).await;
    sinks.0.close();
    sinks.1.close();
    kept.entries().reverse();
    assert_eq!(table.recent(10).await.unwrap(), *kept.entries());
}

#[tokio::test]
async fn only_so_many_rows_are_kept() {
    let directory = Directory::new();
    let table = open(&directory.file("audit.db")).await.retention(100, Duration::from_secs(3600)).unwrap();
    let (app, sink) = audited(&table);
    for number in 0..1200 {
        app.clone().oneshot(forged(&number.to_string())).await.unwrap();
    }
    app.clone().oneshot(delivery("the newest")).await.unwrap();
    sink.close();
    let entries = table.recent(1000).await.unwrap();
    assert_eq!((entries.len(), entries[0].event_id()), (100, Some("the-newest")));
}

#[tokio::test]
async fn only_what_is_young_is_kept() {
    let table = AuditTable::open("sqlite::memory:").await.unwrap();
    let table = table.retention(1000, Duration::from_secs(60)).unwrap();
    let sink = QueuedSink::new(table.clone(), 1000).unwrap();
    let clock = FakeClock::at(UnixTime::from_seconds(1_764_000_000));
    let app = app(AuditLayer::new(sink.clone()).clock(clock.clone()));
    for number in 0..4 {
        app.clone().oneshot(delivery(&format!("minute {number}"))).await.unwrap();
        settled(&sink, number + 1);
        clock.advance(Duration::from_secs(31));
    }
    assert_eq!(ids(&table.recent(10).await.unwrap()), ["minute-3", "minute-2"]);
}

/// Whoever holds the database for longer than a second costs entries, not requests.
#[tokio::test]
async fn a_locked_database_costs_entries_that_are_counted() {
    let directory = Directory::new();
    let path = directory.file("audit.db");
    let table = open(&path).await;
    let (app, sink) = audited(&table);
    let options = SqliteConnectOptions::new().filename(&path);
    let mut other = SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    deliver(&app, 5).await;
    settled(&sink, 5);
    assert_eq!((sink.written(), sink.dropped()), (0, 5));
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    app.clone().oneshot(delivery("again")).await.unwrap();
    settled(&sink, 6);
    assert_eq!(ids(&table.recent(10).await.unwrap()), ["again"]);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let directory = Directory::new();
    let table = open(&directory.file("audit.db")).await;
    let (app, sink) = audited(&table);
    deliver(&app, 1).await;
    settled(&sink, 1);
    assert!(directory.files().len() > 1, "with its write-ahead log");
    for file in directory.files() {
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
    }
}

#[tokio::test]
async fn what_cannot_work_is_said_at_once() {
    let directory = Directory::new();
    std::fs::write(directory.file("text"), "no database".repeat(100)).unwrap();
    for location in [directory.file("text"), directory.file("missing/audit.db")] {
        let error = AuditTable::open(location.to_str().unwrap()).await.unwrap_err();
        assert_eq!(error.field(), "audit.table");
    }
    let table = AuditTable::open("sqlite::memory:").await.unwrap();
    assert_eq!(table.clone().retention(0, Duration::from_secs(1)).unwrap_err().field(), "audit.retention");
    assert_eq!(table.retention(1, Duration::ZERO).unwrap_err().field(), "audit.retention");
}
