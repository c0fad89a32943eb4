//! The store in PostgreSQL.

use super::servers::{PostgresServer, connect, execute};
use futures_util::future::join_all;
use http::HeaderMap;
use std::{collections::HashSet, error::Error, sync::Arc, time::Duration};
use tokio::time::Instant;
use tower_webhook::{
    UnixTime,
    inbox::{
        Durability, End, EventSink, InboxEvent, JobStore, PostgresJobStore, PushTerms, Pushed, Retention, Revision,
        Turn, WorkerName, store,
    },
    testing::{EventBuilder, job_store_conformance},
};

const NOW: UnixTime = UnixTime::from_seconds(1_764_000_000);
const TERMS: PushTerms = PushTerms::new(10_000, 1 << 28, 3, NOW);

/// A push that fails does so within this time.
const SOON: Duration = Duration::from_secs(8);

fn event(number: usize) -> InboxEvent {
    let event = EventBuilder::new("partner", format!(r#"{{"number":{number}}}"#)).id(format!("evt_{number}")).build();
    InboxEvent::new("hooks", &event, &HeaderMap::new(), &[])
}

async fn open(url: &str) -> PostgresJobStore {
    PostgresJobStore::open(url).await.unwrap_or_else(|error| panic!("{error}"))
}

/// All that is said by the error of a store that cannot be opened.
async fn refusal(url: &str) -> String {
    let error = store::open(url).await.unwrap_err();
    format!("{error} {error:?} {:?}", error.source())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_store_passes() {
    let Some(server) = PostgresServer::shared() else { return };
    job_store_conformance::all(async || Arc::new(open(&server.database().await).await) as Arc<dyn JobStore>).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_many_pushes_through_two_stores_is_new() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.database().await;
    let stores = [Arc::new(open(&url).await), Arc::new(open(&url).await)];
    for number in 0..10 {
        let tasks = (0..64).map(|task| {
            let store = Arc::clone(&stores[task % 2]);
            tokio::spawn(async move { store.push(&event(number), &TERMS).await.unwrap() })
        });
        let pushed: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(pushed.iter().filter(|pushed| **pushed == Pushed::New).count(), 1);
        assert_eq!(pushed.iter().filter(|pushed| **pushed == Pushed::Known).count(), 63);
    }
    assert_eq!(stores[0].load().await.unwrap().jobs, 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn bounds_are_exact_across_stores() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.database().await;
    let stores = [Arc::new(open(&url).await), Arc::new(open(&url).await)];
    let bytes = event(100).payload().len() as u64;
    let worker = WorkerName::unique();
    // By number, then by bytes; each time some are handled in between, and room is made.
    for (round, terms) in
        [PushTerms::new(10, 1 << 20, 3, NOW), PushTerms::new(99, 12 * bytes, 3, NOW)].iter().enumerate()
    {
        for (half, room) in [(0, [10, 2][round]), (1, 4)] {
            let tasks = (0..64).map(|task| {
                let (store, terms) = (Arc::clone(&stores[task % 2]), *terms);
                let event = event(100 + 200 * round + 100 * half + task);
                tokio::spawn(async move { store.push(&event, &terms).await.unwrap() })
            });
            let pushed = join_all(tasks).await;
            let new = pushed.iter().filter(|pushed| *pushed.as_ref().unwrap() == Pushed::New).count();
            assert_eq!(new, room, "round {round}, half {half}");
            if half == 0 {
                for job in stores[1].take(&worker, 4, NOW).await.unwrap() {
                    assert!(stores[0].settle(job.event.job(), &worker, &End::Done, NOW).await.unwrap());
                }
            }
        }
    }
    assert_eq!(stores[0].load().await.unwrap().jobs, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_that_start_together_set_up_one_inbox() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.database().await;
    let stores = join_all((0..8).map(|_| store::open(&url))).await;
    let stores: Vec<_> = stores.into_iter().map(Result::unwrap).collect();
    assert_eq!(stores[0].push(&event(1), &TERMS).await.unwrap(), Pushed::New);
    assert_eq!(stores[7].push(&event(1), &TERMS).await.unwrap(), Pushed::Known);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_crash_and_the_store_works_again() {
    let Some(server) = PostgresServer::start() else { return };
    let url = server.database().await;
    let store = Arc::new(open(&url).await);
    let pushers: Vec<_> = (0..16)
        .map(|pusher| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for number in (0..600).map(|number| 1000 * (pusher + 1) + number) {
                    match store.push(&event(number), &TERMS).await {
                        Ok(Pushed::New) => acknowledged.push(number),
                        _ => break,
                    }
                }
                acknowledged
            })
        })
        .collect();
    // It crashes in the midst of them.
    store.push(&event(1), &TERMS).await.unwrap();
    server.crash();
    let pushed = join_all(pushers).await.into_iter().map(Result::unwrap);
    let acknowledged: Vec<_> = pushed.flatten().chain([1]).collect();

    let start = Instant::now();
    store.push(&event(2), &TERMS).await.unwrap_err();
    store.take(&WorkerName::unique(), 1, NOW).await.unwrap_err();
    assert!(start.elapsed() < SOON, "it took {:?}", start.elapsed());

    server.resume();
    assert_eq!(store.push(&event(1), &TERMS).await.unwrap(), Pushed::Known);
    let taken = store.take(&WorkerName::unique(), 10_000, NOW).await.unwrap();
    let jobs: HashSet<_> = taken.iter().map(|job| job.event.job()).collect();
    assert_eq!(jobs.len(), taken.len());
    for number in &acknowledged {
        assert!(jobs.contains(event(*number).job()), "event {number} was acknowledged and is gone");
    }
    // Each of them may have had one on its way.
    assert!(jobs.len() <= acknowledged.len() + 16, "{} of {}", jobs.len(), acknowledged.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_is_not_waited_for() {
    let Some(server) = PostgresServer::start() else { return };
    let store = open(&server.database().await).await;
    assert_eq!(store.push(&event(1), &TERMS).await.unwrap(), Pushed::New);
    server.signal("STOP");
    let start = Instant::now();
    let (second, worker) = (event(2), WorkerName::unique());
    // More than there are connections.
    let takes = join_all((0..20).map(|_| store.take(&worker, 1, NOW)));
    let (pushed, taken) = tokio::join!(store.push(&second, &TERMS), takes);
    let took = start.elapsed();
    server.signal("CONT");
    let error = pushed.unwrap_err();
    assert!(taken.iter().all(Result::is_err));
    assert!(took < SOON, "it took {took:?}");
    assert_eq!(error.to_string(), "the store did not answer in time");
    assert_eq!(store.push(&event(3), &TERMS).await.unwrap(), Pushed::New);
    assert_eq!(store.push(&event(1), &TERMS).await.unwrap(), Pushed::Known);
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_are_on_disk_whatever_the_database_says() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.database().await;
    drop(open(&url).await);
    execute(
        &url,
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$;
        CREATE TABLE seen (setting text);
        CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
        CREATE TRIGGER see AFTER INSERT OR UPDATE ON tower_webhook.jobs EXECUTE FUNCTION see();",
    )
    .await;
    let store = open(&format!("{url}&options=-c%20synchronous_commit%3Doff")).await;
    assert_eq!(store.durability(), Durability::PowerLoss);
    store.push(&event(1), &TERMS).await.unwrap();
    store.take(&WorkerName::unique(), 1, NOW).await.unwrap();
    let seen: Vec<String> =
        sqlx::query_scalar("SELECT setting FROM seen").fetch_all(&mut connect(&url).await).await.unwrap();
    assert_eq!(seen, ["on", "on"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_forgets_is_refused() {
    let Some(server) = PostgresServer::start() else { return };
    server.execute("postgres", "ALTER SYSTEM SET fsync = off").await;
    server.crash();
    server.resume();
    let refusal = refusal(&server.url("postgres")).await;
    assert!(refusal.contains("fsync = off"), "{refusal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_the_url_is_said() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.database().await;
    let database = url.replace("postgres@localhost", "sesame-user:sesame-word@localhost");
    for refused in [
        database.clone(),
        database.replace("host=", "host=/nowhere"),
        format!("{database}&sesame-key=sesame-value"),
        "postgres://sesame-user:sesame-word@localhost:1/inbox".to_owned(),
        "postgres://sesame-user:sesame-word@localhost:port/inbox?user=sesame-user".to_owned(),
        "mysql://sesame-user:sesame-word@localhost/inbox".to_owned(),
    ] {
        let refusal = refusal(&refused).await;
        assert!(!refusal.contains("sesame"), "{refusal}");
    }
    let store = open(&url.replace("postgres@", "postgres:sesame-word@")).await;
    assert_eq!(format!("{store:?}"), "PostgresJobStore { .. }");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_apalis_show_where_a_job_is() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.database().await;
    let (store, worker) = (open(&url).await, WorkerName::unique());
    let mut connection = connect(&url).await;
    let mut shown = async || -> (String, i32, i32, bool, bool, Option<String>) {
        let row = "SELECT status, attempts, max_attempts, lock_by IS NOT NULL, job = '', last_result ->> 'Err' \
            FROM apalis.jobs WHERE job_type = 'tower_webhook' AND id = idempotency_key";
        sqlx::query_as(row).fetch_one(&mut connection).await.unwrap()
    };
    let event = event(1);
    let refused = || Some("refused".to_owned());
    store.push(&event, &TERMS).await.unwrap();
    assert_eq!(shown().await, ("Pending".to_owned(), 0, 3, false, false, None));
    store.take(&worker, 1, NOW).await.unwrap();
    assert_eq!(shown().await, ("Running".to_owned(), 1, 3, true, false, None));
    let retry = End::Retry { at: NOW, error: "refused".to_owned() };
    store.settle(event.job(), &worker, &retry, NOW).await.unwrap();
    assert_eq!(shown().await, ("Failed".to_owned(), 1, 3, false, false, refused()));
    store.take(&worker, 1, NOW).await.unwrap();
    store.settle(event.job(), &worker, &End::Dead { error: "refused".to_owned() }, NOW).await.unwrap();
    assert_eq!(shown().await, ("Killed".to_owned(), 2, 3, false, false, refused()));
    store.redrive(event.job(), NOW).await.unwrap();
    assert_eq!(shown().await, ("Pending".to_owned(), 0, 3, false, false, refused()));
    store.take(&worker, 1, NOW).await.unwrap();
    store.settle(event.job(), &worker, &End::Done, NOW).await.unwrap();
    assert_eq!(shown().await, ("Done".to_owned(), 1, 3, false, true, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_dies_and_holds_up_nothing() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.database().await;
    let (store, worker) = (open(&url).await, WorkerName::unique());
    for number in 0..3 {
        store.push(&event(number), &TERMS).await.unwrap();
    }
    execute(&url, &format!("UPDATE apalis.jobs SET job = 'x' WHERE id = '{}'", event(1).job())).await;
    assert_eq!(store.take(&worker, 9, NOW).await.unwrap().len(), 2);
    let load = store.load().await.unwrap();
    assert_eq!((load.jobs, load.dead), (2, 1));
    assert!(store.dead(None, 9).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_create_nothing_can_open_what_is_set_up() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.database().await;
    server.execute("postgres", "CREATE ROLE gateway LOGIN").await;
    let theirs = url.replace("postgres@", "gateway@");
    assert!(refusal(&theirs).await.contains("permission denied"));
    drop(open(&url).await);
    execute(
        &url,
        "GRANT USAGE ON SCHEMA apalis, tower_webhook TO gateway;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA apalis, tower_webhook TO gateway;",
    )
    .await;
    let (store, worker) = (open(&theirs).await, WorkerName::unique());
    assert_eq!(store.push(&event(1), &TERMS).await.unwrap(), Pushed::New);
    store.keep_alive(&worker, NOW).await.unwrap();
    assert_eq!(store.take(&worker, 1, NOW).await.unwrap().len(), 1);
    let revision = Revision::new("a\0b".to_owned(), 1);
    assert_eq!(store.turn(event(1).job(), &worker, &revision, NOW).await.unwrap(), Turn::Yours);
    assert!(store.settle(event(1).job(), &worker, &End::Done, NOW).await.unwrap());
    let later = NOW.saturating_add(Duration::from_secs(1_000_000));
    let keep = Retention::new(Duration::from_secs(1), Duration::from_secs(1));
    assert_eq!(store.prune(&keep, later).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_a_later_version_are_left_alone() {
    let Some(server) = PostgresServer::shared() else { return };
    let url = server.database().await;
    drop(open(&url).await);
    execute(&url, "UPDATE tower_webhook.version SET version = version + 1").await;
    let refusal = refusal(&url).await;
    assert!(refusal.contains("later version"), "{refusal}");
}
