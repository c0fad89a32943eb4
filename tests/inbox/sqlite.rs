//! The store in an SQLite file.

use super::{at, event, folder, terms};
use sqlx::{ConnectOptions, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{path::Path, sync::Arc};
use tower_webhook::{
    inbox::{
        Durability, End, EventSink, EventState, InboxEvent, JobStore, Pushed, Retention, SqliteJobStore, StatusScope,
        WorkerName, store,
    },
    testing::job_store_conformance,
};

pub(crate) async fn open(path: &Path) -> SqliteJobStore {
    SqliteJobStore::open(path.to_str().unwrap()).await.unwrap()
}

/// A connection beside the store, as one of apalis' tools would have.
pub(crate) async fn beside(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

async fn text(connection: &mut SqliteConnection, query: &'static str) -> String {
    let row = sqlx::query(query).fetch_one(connection).await.unwrap();
    row.try_get(0).unwrap_or_else(|_| row.get::<i64, _>(0).to_string())
}

async fn state(store: &impl JobStore, event: &InboxEvent) -> (EventState, u32) {
    let scope = StatusScope::Endpoint(event.endpoint().into());
    let status = store.status(&scope, event.public_id()).await.unwrap().unwrap();
    (status.state, status.attempts)
}

#[tokio::test]
async fn the_store_in_a_file_passes() {
    let folder = folder();
    let number = std::sync::atomic::AtomicUsize::new(0);
    job_store_conformance::all(async || {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Arc::new(open(&folder.path().join(format!("{number}.db"))).await) as Arc<dyn JobStore>
    })
    .await;
}

#[tokio::test]
async fn the_store_in_memory_of_sqlite_passes() {
    job_store_conformance::all(async || store::open("sqlite::memory:").await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pushes_from_many_threads_and_two_handles_are_one_job_each() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let stores = [Arc::new(open(&path).await), Arc::new(open(&path).await)];
    let tasks: Vec<_> = (0..128)
        .map(|number| {
            let store = Arc::clone(&stores[number % 2]);
            tokio::spawn(async move { store.push(&event(&format!("evt_{}", number / 8)), &terms()).await.unwrap() })
        })
        .collect();
    let mut new = 0;
    for task in tasks {
        new += usize::from(task.await.unwrap() == Pushed::New);
    }
    assert_eq!(new, 16);
    assert_eq!(stores[0].load().await.unwrap(), stores[1].load().await.unwrap());

    let (first, second) = (WorkerName::unique(), WorkerName::unique());
    let taken = stores[0].take(&first, 10, at(1)).await.unwrap().len();
    assert_eq!((taken, stores[1].take(&second, 10, at(1)).await.unwrap().len()), (10, 6));
}

#[tokio::test]
async fn what_was_pushed_is_there_after_a_restart_and_still_known() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let store = open(&path).await;
    let worker = WorkerName::unique();
    for id in ["done", "waiting"] {
        assert_eq!(store.push(&event(id), &terms()).await.unwrap(), Pushed::New);
        if id == "done" {
            store.take(&worker, 1, at(1)).await.unwrap();
            assert!(store.settle(event(id).job(), &worker, &End::Done, at(1)).await.unwrap());
        }
    }
    drop(store);
    let store = open(&path).await;
    for id in ["done", "waiting"] {
        assert_eq!(store.push(&event(id), &terms()).await.unwrap(), Pushed::Known);
    }
    let jobs = store.take(&worker, 10, at(1)).await.unwrap();
    assert_eq!(jobs.len(), 1);
    assert_eq!(jobs[0].event.to_bytes(), event("waiting").to_bytes());
}

#[tokio::test]
async fn what_a_dead_process_had_in_hand_is_let_go_at_once() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let (first, last) = (event("first"), event("last"));
    let one_attempt = tower_webhook::inbox::PushTerms::new(100, 1 << 20, 1, at(0));
    let store = open(&path).await;
    store.push(&first, &terms()).await.unwrap();
    store.push(&last, &one_attempt).await.unwrap();
    assert_eq!(store.take(&WorkerName::unique(), 10, at(1)).await.unwrap().len(), 2);
    drop(store);

    let store = open(&path).await;
    assert_eq!(state(&store, &first).await, (EventState::Failed, 1));
    assert_eq!(state(&store, &last).await, (EventState::Dead, 1));
    let dead = store.dead(None, 10).await.unwrap();
    assert_eq!(dead[0].error, "its process ended while it was in hand");
    let jobs = store.take(&WorkerName::unique(), 10, at(1)).await.unwrap();
    assert_eq!((jobs.len(), jobs[0].attempt), (1, 2), "it is due at once, whatever the clock shows");
}

#[tokio::test]
async fn what_a_living_process_has_in_hand_stays_there_when_another_one_comes() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let (first, worker, event) = (open(&path).await, WorkerName::unique(), event("evt_1"));
    first.push(&event, &terms()).await.unwrap();
    first.keep_alive(&worker, at(1)).await.unwrap();
    first.take(&worker, 1, at(1)).await.unwrap();

    let second = open(&path).await;
    assert_eq!(state(&second, &event).await, (EventState::Processing, 1));
    // One that was there first goes, and comes again: the second is still there.
    let third = open(&path).await;
    drop(second);
    drop(open(&path).await);
    assert_eq!(state(&third, &event).await, (EventState::Processing, 1));
    assert_eq!(third.keep_alive(&WorkerName::unique(), at(2)).await.unwrap(), 0);
    assert!(first.settle(event.job(), &worker, &End::Done, at(3)).await.unwrap());
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_but_the_owner_may_read_what_is_stored() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let store = open(&folder.path().join("inbox.db")).await;
    store.push(&event("evt_1"), &terms()).await.unwrap();
    let files = std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
    let rights: Vec<_> = files.map(|file| (file.file_name(), file.metadata().unwrap().permissions().mode())).collect();
    assert!(rights.len() >= 3, "{rights:?}");
    assert!(rights.iter().all(|(_, mode)| mode & 0o777 == 0o600), "{rights:?}");
}

#[tokio::test]
async fn the_file_is_written_ahead_and_waits_for_the_disk() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let store = open(&path).await;
    assert_eq!(store.durability(), Durability::PowerLoss);
    let mut beside = beside(&path).await;
    assert_eq!(text(&mut beside, "PRAGMA journal_mode").await, "wal");
    assert_eq!(text(&mut beside, "PRAGMA auto_vacuum").await, "2");
    for url in ["sqlite::memory:", "sqlite://:memory:"] {
        assert_eq!(store::open(url).await.unwrap().durability(), Durability::Nothing, "{url}");
    }
}

#[tokio::test]
async fn the_tools_of_apalis_see_every_job_with_its_status() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let (store, worker) = (open(&path).await, WorkerName::unique());
    let mut beside = beside(&path).await;
    let event = event("evt_1");
    let expect = async |beside: &mut SqliteConnection, status: &str, attempts: i64, result: Option<&str>| {
        let row = sqlx::query("SELECT * FROM Jobs").fetch_one(beside).await.unwrap();
        assert_eq!(row.get::<String, _>("job_type"), "tower-webhook");
        assert_eq!(row.get::<String, _>("id"), row.get::<String, _>("idempotency_key"));
        assert_eq!((row.get::<&str, _>("status"), row.get::<i64, _>("attempts")), (status, attempts));
        assert_eq!(row.get::<Option<&str>, _>("last_result"), result);
        assert_eq!(row.get::<Option<&str>, _>("lock_by").is_some(), status == "Running");
        assert_eq!(row.get::<Option<i64>, _>("done_at").is_some(), ["Done", "Killed"].contains(&status));
        assert_eq!(row.get::<Vec<u8>, _>("job").is_empty(), status == "Done");
    };
    store.push(&event, &terms()).await.unwrap();
    expect(&mut beside, "Pending", 0, None).await;
    store.take(&worker, 1, at(1)).await.unwrap();
    expect(&mut beside, "Running", 1, None).await;
    let retry = End::Retry { at: at(5), error: "re\"fused".to_owned() };
    store.settle(event.job(), &worker, &retry, at(1)).await.unwrap();
    expect(&mut beside, "Failed", 1, Some(r#"{"Err":"re\"fused"}"#)).await;
    assert_eq!(text(&mut beside, "SELECT run_at FROM Jobs").await, at(5).as_seconds().to_string());
    store.take(&worker, 1, at(5)).await.unwrap();
    store.settle(event.job(), &worker, &End::Dead { error: "no".to_owned() }, at(6)).await.unwrap();
    expect(&mut beside, "Killed", 2, Some(r#"{"Err":"no"}"#)).await;
    store.redrive(event.job(), at(7)).await.unwrap();
    expect(&mut beside, "Pending", 0, Some(r#"{"Err":"no"}"#)).await;
    store.take(&worker, 1, at(7)).await.unwrap();
    assert_eq!(text(&mut beside, "SELECT id FROM Workers").await, worker.as_str());
    store.settle(event.job(), &worker, &End::Done, at(8)).await.unwrap();
    expect(&mut beside, "Done", 1, Some(r#"{"Ok":null}"#)).await;
}

#[tokio::test]
async fn what_is_forgotten_gives_its_room_back_to_the_disk() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let (store, worker) = (open(&path).await, WorkerName::unique());
    let mut beside = beside(&path).await;
    let big = "x".repeat(200_000);
    let terms = tower_webhook::inbox::PushTerms::new(100, 1 << 30, 1, at(0));
    for round in 0..3 {
        for number in 0..20 {
            let event = super::event_of(&format!("{round}-{number}"), &big);
            assert_eq!(store.push(&event, &terms).await.unwrap(), Pushed::New);
            store.take(&worker, 1, at(0)).await.unwrap();
            assert!(store.settle(event.job(), &worker, &End::Dead { error: String::new() }, at(0)).await.unwrap());
        }
        let pages: u32 = text(&mut beside, "PRAGMA page_count").await.parse().unwrap();
        assert!((900..1300).contains(&pages), "{pages} pages hold 4 MB");
        let keep = Retention::new(at(1).saturating_since(at(0)), at(1).saturating_since(at(0)));
        assert_eq!(store.prune(&keep, at(9)).await.unwrap(), 20);
        let pages: u32 = text(&mut beside, "PRAGMA page_count").await.parse().unwrap();
        assert!(pages < 100, "{pages} pages are left of what was forgotten");
    }
}

#[tokio::test]
async fn files_have_the_names_their_urls_say() {
    let folder = folder();
    let base = folder.path().to_str().unwrap();
    for (url, file) in [
        (format!("sqlite://{base}/a.db"), "a.db"),
        (format!("sqlite:{base}/b.db"), "b.db"),
        (format!("sqlite://{base}/c%20d%3Fe.db"), "c d?e.db"),
        (format!("sqlite://{base}/f g.db?mode=rwc"), "f g.db"),
        (format!("{base}/h?i%20#.db"), "h?i%20#.db"),
        (format!("{base}/file:j.db"), "file:j.db"),
    ] {
        drop(SqliteJobStore::open(&url).await.unwrap());
        assert!(folder.path().join(file).is_file(), "{url} is {file}");
        assert!(folder.path().join(format!("{file}.lock")).is_file(), "the lock of {file} is beside it");
    }
    let there = format!("sqlite://{base}/a.db?mode=rw");
    drop(SqliteJobStore::open(&there).await.unwrap());
}

#[tokio::test]
async fn two_names_of_one_file_have_one_lock() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let (store, event) = (open(&path).await, event("evt_1"));
    store.push(&event, &terms()).await.unwrap();
    store.take(&WorkerName::unique(), 1, at(1)).await.unwrap();
    #[cfg(unix)]
    {
        let other = folder.path().join("other.db");
        std::os::unix::fs::symlink(&path, &other).unwrap();
        assert_eq!(state(&open(&other).await, &event).await.0, EventState::Processing);
    }
    let roundabout = folder.path().join("..").join(folder.path().file_name().unwrap()).join("inbox.db");
    assert_eq!(state(&open(&roundabout).await, &event).await.0, EventState::Processing);
}

#[tokio::test]
async fn what_cannot_be_opened_says_why_in_one_line_without_secrets() {
    let folder = folder();
    let base = folder.path().to_str().unwrap();
    std::fs::write(folder.path().join("text.db"), "this is no database at all, however long it is read").unwrap();
    let later = folder.path().join("later.db");
    drop(open(&later).await);
    let mut connection = beside(&later).await;
    sqlx::query("UPDATE webhook_schema SET version = 2").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    for (url, part) in [
        (format!("sqlite://{base}/no/inbox.db"), "is in a folder that cannot be used"),
        (format!("sqlite://{base}"), "is a folder, not a file"),
        ("sqlite://".to_owned(), "names no file"),
        (format!("sqlite://{base}/missing.db?mode=rw"), "unable to open database file"),
        (format!("sqlite://{base}/a.db?mode=hunter2"), "has a parameter that is neither"),
        (format!("sqlite://{base}/text.db"), "file is not a database"),
        (format!("sqlite://{base}/later.db"), "its tables are of version 2"),
        ("mysql://root:hunter2@db.example/inbox?hunter2".to_owned(), "mysql://db.example/inbox is no store"),
        ("mysql://root:hunter2/@hunter2@db.example/inbox#hunter2".to_owned(), "mysql://db.example/inbox is no store"),
        ("mysql://root:hunter2@hunter2?er/hunter2@db.example/inbox".to_owned(), "mysql://… is no store"),
        ("root:hunter2@db.example".to_owned(), "of this URL is no store"),
        ("hunter2".to_owned(), "of this URL is no store"),
    ] {
        let error = store::open(&url).await.unwrap_err();
        let lines = format!("{error} {error:?}");
        assert!(error.to_string().contains(part), "{url}: {error}");
        assert!(!lines.contains("hunter2") && !error.to_string().contains('\n'), "{url}: {lines}");
    }
    assert!(!folder.path().join("missing.db").exists());
}
