//! What a store does when the file is locked, the disk is full, or the file is damaged.

use super::{
    at, event, event_of, folder,
    sqlite::{beside, open},
    terms,
};
use futures_util::future::join_all;
use std::{path::Path, process::Command, time::Duration};
use tokio::time::timeout;
use tower_webhook::inbox::{End, EventSink, JobStore, PushTerms, Pushed, SqliteJobStore, WorkerName};

/// Longer than any operation may take, however busy the machine is.
const SOON: Duration = Duration::from_secs(20);

#[tokio::test]
async fn while_the_file_is_locked_nothing_is_stored_and_afterwards_all_is_well() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let (store, worker) = (open(&path).await, WorkerName::unique());
    store.push(&event("before"), &terms()).await.unwrap();
    store.take(&worker, 1, at(1)).await.unwrap();

    let mut other = beside(&path).await;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    let events: Vec<_> = (0..64).map(|number| event(&format!("evt_{number}"))).collect();
    let terms = terms();
    let pushed = timeout(SOON, join_all(events.iter().map(|event| store.push(event, &terms)))).await.unwrap();
    assert!(pushed.iter().all(Result::is_err), "nothing is said to be stored");
    let settled = timeout(SOON, store.settle(event("before").job(), &worker, &End::Done, at(1))).await.unwrap();
    assert!(settled.is_err(), "nothing is said to be settled");
    assert_eq!(store.load().await.unwrap().jobs, 1, "what is asked is answered meanwhile");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();

    assert!(store.settle(event("before").job(), &worker, &End::Done, at(1)).await.unwrap());
    assert_eq!(store.load().await.unwrap().jobs, 0, "nothing was stored while the file was locked");
    for event in &events {
        assert_eq!(store.push(event, &terms).await.unwrap(), Pushed::New);
    }
}

#[tokio::test]
async fn what_nobody_waits_for_any_more_is_not_stored_later() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let store = open(&path).await;
    let mut other = beside(&path).await;
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    let (first, second, terms) = (event("first"), event("second"), terms());
    let mut waiting = Box::pin(store.push(&first, &terms));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    {
        let mut abandoned = Box::pin(store.push(&second, &terms));
        assert!(futures_util::poll!(&mut abandoned).is_pending());
    }
    assert!(timeout(SOON, waiting).await.unwrap().is_err());
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(store.push(&second, &terms).await.unwrap(), Pushed::New);
    assert_eq!(store.load().await.unwrap().jobs, 1);
}

#[tokio::test]
async fn while_a_small_disk_is_full_nothing_is_stored_and_afterwards_all_is_well() {
    let folder = folder();
    let Some(disk) = Disk::mount(folder.path()) else {
        eprintln!("SKIPPED: a disk that is full needs root, mount and Linux");
        return;
    };
    let path = folder.path().join("inbox.db");
    let (store, worker) = (open(&path).await, WorkerName::unique());
    let generous = PushTerms::new(10_000, 1 << 30, 3, at(0));
    let payload = "x".repeat(50_000);
    let ballast = folder.path().join("ballast");
    std::fs::write(&ballast, vec![1; 4 << 20]).unwrap();
    let mut stored = 0;
    loop {
        let pushed = timeout(SOON, store.push(&event_of(&stored.to_string(), &payload), &generous)).await.unwrap();
        if pushed.is_err() {
            break;
        }
        stored += 1;
        assert!(stored < 100, "8 MiB are full at last");
    }
    for _ in 0..3 {
        let again = timeout(SOON, store.push(&event_of(&stored.to_string(), &payload), &generous)).await.unwrap();
        assert!(again.is_err(), "what failed fails again while the disk is full");
    }
    assert_eq!(store.load().await.unwrap().jobs, stored, "exactly what was acknowledged is stored");

    std::fs::remove_file(ballast).unwrap();
    let pushed = store.push(&event_of(&stored.to_string(), &payload), &generous).await.unwrap();
    assert_eq!(pushed, Pushed::New, "it works again once there is room");
    let jobs = store.take(&worker, 1000, at(1)).await.unwrap();
    assert_eq!(jobs.len() as u64, stored + 1);
    assert!(jobs.iter().all(|job| job.event.payload() == payload.as_bytes()));
    drop(store);
    drop(disk);
}

/// A disk of 8 MiB, in memory.
struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    fn mount(path: &'a Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        let status = mount.args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(path).status();
        status.is_ok_and(|status| status.success()).then_some(Self(path))
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        // The store may still be closing its file.
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

#[tokio::test]
async fn one_step_that_fails_does_not_fail_those_beside_it() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let store = open(&path).await;
    let mut other = beside(&path).await;
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON webhook_jobs WHEN NEW.public_id = 'evt_7'
        BEGIN SELECT raise(ROLLBACK, 'refused'); END";
    sqlx::query(refuse).execute(&mut other).await.unwrap();
    let events: Vec<_> = (0..32).map(|number| event(&format!("evt_{number}"))).collect();
    let terms = terms();
    let pushed = join_all(events.iter().map(|event| store.push(event, &terms))).await;
    for (event, pushed) in events.iter().zip(pushed) {
        assert_eq!(pushed.ok(), (event.public_id() != "evt_7").then_some(Pushed::New), "{}", event.public_id());
    }
    assert_eq!(store.load().await.unwrap().jobs, 31);
}

#[tokio::test]
async fn an_event_that_is_damaged_is_dead_and_in_nobodys_way() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let (store, worker) = (open(&path).await, WorkerName::unique());
    let (damaged, whole) = (event("damaged"), event("whole"));
    store.push(&damaged, &terms()).await.unwrap();
    store.push(&whole, &terms()).await.unwrap();
    let mut other = beside(&path).await;
    let damage = sqlx::query("UPDATE Jobs SET job = x'09' WHERE id = ?").bind(damaged.job().as_str());
    damage.execute(&mut other).await.unwrap();
    let jobs = store.take(&worker, 10, at(1)).await.unwrap();
    assert_eq!(jobs.iter().map(|job| job.event.public_id()).collect::<Vec<_>>(), ["whole"]);
    let load = store.load().await.unwrap();
    assert_eq!((load.jobs, load.dead), (1, 1));
}

#[tokio::test]
async fn a_file_that_is_damaged_is_not_opened() {
    let folder = folder();
    let path = folder.path().join("inbox.db");
    let store = open(&path).await;
    store.push(&event("evt_1"), &terms()).await.unwrap();
    // A copy, which nobody else has open.
    let copy = folder.path().join("copy.db");
    let mut connection = beside(&path).await;
    sqlx::query("VACUUM INTO ?").bind(copy.to_str().unwrap()).execute(&mut connection).await.unwrap();
    let mut bytes = std::fs::read(&copy).unwrap();
    bytes[100..4096].fill(0x5a);
    std::fs::write(&copy, bytes).unwrap();
    let error = SqliteJobStore::open(copy.to_str().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("malformed"), "{error}");
}
