//! Kills the gateway, over and over, in the middle of its work.
//!
//! The promise: what was answered 200 is one job, which ends. None is missing, none is there twice, and one that runs
//! again was in hand when the process died.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

#[path = "../inbox/redis_server.rs"]
#[allow(dead_code, reason = "its other tests want more of it")]
mod redis_server;
#[path = "../inbox/servers.rs"]
#[allow(dead_code, reason = "its other tests want more of it")]
mod servers;

#[path = "../gateway/process.rs"]
#[allow(dead_code, reason = "its other tests want more of it")]
mod process;
mod run;
mod senders;

use process::{Folder, Gateway};
use redis_server::RedisServer;
use run::{Run, Start};
use senders::Senders;
use servers::PostgresServer;
use sqlx::{Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::{runtime::Runtime, time::Instant};
use tower_webhook::inbox::{EventState, StatusScope, store};

/// Jobs that the gateway has in hand at most.
const IN_HAND: usize = 16;

/// A generator of numbers that is the same in every run of the test, but for the timing of everything else.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// What is known about a job after a kill: which were in hand, if the store can be looked into from outside.
type InHand = Option<BTreeSet<String>>;

fn start(folder: &Folder, database: &str) -> Gateway {
    let config = format!(
        "database = \"{database}\"\nconsole = false\n\n\
         [[partner]]\nid = \"acme\"\napi_key = \"pk_test_acme\"\nsecrets = [\"whsec-acme\"]\n"
    );
    Gateway::start_with(folder, &config, &[("GATEWAY_HANDLED", "handled"), ("GATEWAY_HANDLER_MS", "5")])
}

/// Starts it, sends to it, kills it; `kills` times. `in_hand` looks into the store after each.
async fn endure(database: &str, kills: usize, in_hand: impl AsyncFn() -> InHand) {
    let folder = Folder::new();
    let mut dice = Dice(0x5eed);
    let mut senders = Senders::default();
    // For each process that was killed, which jobs were in hand.
    let mut left: BTreeMap<u32, InHand> = BTreeMap::new();
    for _ in 0..kills {
        let mut gateway = start(&folder, database);
        let load = senders.start(gateway.address.parse().unwrap());
        // Real time, since real processes are at work: any moment will do.
        std::thread::sleep(Duration::from_millis(20 + dice.below(300)));
        gateway.signal("KILL");
        gateway.ended();
        senders.finish(load);
        left.insert(gateway.id(), in_hand().await);
    }

    // Once more, in peace: whatever was not acknowledged is sent again, as its sender would.
    let mut gateway = start(&folder, database);
    senders.send_the_rest(gateway.address.parse().unwrap());
    let sent = senders.sent();
    let began = Instant::now();
    while !Run::read(&folder).ended().is_superset(&sent) {
        assert!(began.elapsed() < Duration::from_secs(120), "no end of {:?}", Run::read(&folder).missing(&sent));
        std::thread::sleep(Duration::from_millis(100));
    }
    gateway.signal("TERM");
    assert!(gateway.ended().success(), "SIGTERM is a clean end");

    let run = Run::read(&folder);
    assert!(senders.acknowledged_under_fire() > kills, "that was no load");
    assert_eq!(run.ended(), sent, "what was handled is what was sent");
    for (id, starts) in run.starts() {
        let jobs: BTreeSet<_> = starts.iter().map(|start| &start.job).collect();
        assert_eq!(jobs.len(), 1, "{id} is one job: {starts:?}");
        let processes: BTreeSet<_> = starts.iter().map(|start| start.pid).collect();
        assert_eq!(processes.len(), starts.len(), "{id} ran twice in one process: {starts:?}");
        for start in &starts[..starts.len() - 1] {
            let in_hand = left.get(&start.pid).expect("only a kill makes a job run again");
            assert!(
                in_hand.as_ref().is_none_or(|in_hand| in_hand.contains(&start.job)),
                "{id} ran again and was not in hand at the kill: {starts:?}"
            );
        }
    }
    for pid in left.keys() {
        let ran_again = |starts: &[Start]| starts.iter().rev().skip(1).any(|start| start.pid == *pid);
        let again = run.starts().filter(|(_, starts)| ran_again(starts)).count();
        assert!(again <= IN_HAND, "{again} jobs of process {pid} ran again");
    }

    let store = store::open(database).await.unwrap();
    let acme = StatusScope::Tenant("acme".into());
    for id in &sent {
        let status = store.status(&acme, id).await.unwrap().unwrap_or_else(|| panic!("{id} is missing"));
        assert_eq!(status.state, EventState::Done, "{id}: {status:?}");
    }
    assert_eq!(store.load().await.unwrap().jobs, 0);
    let runs: usize = run.starts().map(|(_, starts)| starts.len()).sum();
    println!(
        "{kills} kills: {} events, {} acknowledged under fire, {runs} runs",
        sent.len(),
        senders.acknowledged_under_fire()
    );
}

#[test]
fn sixty_kills_lose_and_double_nothing_in_sqlite() {
    let folder = Folder::new();
    let file = folder.path("inbox.db");
    Runtime::new().unwrap().block_on(endure(&format!("sqlite://{}", file.display()), 60, async || {
        let options = SqliteConnectOptions::new().filename(&file);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        let query = sqlx::query_scalar("SELECT id FROM Jobs WHERE status = 'Running'");
        let jobs: Vec<String> = query.fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        Some(jobs.into_iter().collect())
    }));
}

#[test]
fn ten_kills_lose_and_double_nothing_in_postgresql() {
    let Some(server) = PostgresServer::shared() else { return };
    Runtime::new().unwrap().block_on(async {
        let url = server.database().await;
        endure(&url, 10, async || {
            let mut connection = PgConnection::connect(&url).await.unwrap();
            let query = sqlx::query_scalar("SELECT id FROM apalis.jobs WHERE status = 'Running'");
            let jobs: Vec<String> = query.fetch_all(&mut connection).await.unwrap();
            Some(jobs.into_iter().collect())
        })
        .await;
    });
}

#[test]
fn ten_kills_lose_and_double_nothing_in_redis() {
    Runtime::new().unwrap().block_on(async {
        let Some(server) = RedisServer::safe().await else { return };
        endure(&server.url(), 10, async || None).await;
    });
}
