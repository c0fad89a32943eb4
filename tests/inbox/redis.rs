//! The inbox in Redis.

use crate::redis_server::{RedisServer, SAFE};
use apalis_core::backend::{Filter, ListAllTasks as _};
use futures_util::future::join_all;
use redis::AsyncTypedCommands as _;
use std::{collections::HashSet, sync::Arc, time::Duration};
use tokio::time::Instant;
use tower_webhook::{
    UnixTime,
    inbox::{
        Durability, End, EventSink as _, EventState, InboxEvent, JobStore, PushTerms, Pushed, RedisJobStore, Retention,
        Revision, StatusScope, WorkerName,
    },
    testing::{EventBuilder, MemoryJobStore, job_store_conformance},
};

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(1_764_000_000 + seconds)
}

fn event(number: usize) -> InboxEvent {
    let event =
        EventBuilder::new("partner", format!("payload {number}")).id(format!("evt_{number}")).received_at(at(0));
    InboxEvent::new("hooks", &event.build(), &http::HeaderMap::new(), &[])
}

fn terms() -> PushTerms {
    PushTerms::new(100_000, 1 << 30, 3, at(0))
}

async fn push(store: &RedisJobStore, number: usize) -> Pushed {
    store.push(&event(number), &terms()).await.unwrap()
}

async fn push_all(store: &RedisJobStore, numbers: std::ops::Range<usize>) {
    for some in numbers.collect::<Vec<_>>().chunks(200) {
        for pushed in join_all(some.iter().map(|number| push(store, *number))).await {
            assert_eq!(pushed, Pushed::New);
        }
    }
}

async fn setting(server: &RedisServer, name: &str) -> String {
    let answer: Vec<String> =
        redis::cmd("CONFIG").arg("GET").arg(name).query_async(&mut server.client().await).await.unwrap();
    answer[1].clone()
}

async fn set(server: &RedisServer, name: &str, value: &str) {
    redis::cmd("CONFIG").arg("SET").arg(name).arg(value).exec_async(&mut server.client().await).await.unwrap();
}

#[tokio::test]
async fn it_does_what_every_store_does() {
    let Some(server) = RedisServer::safe().await else { return };
    let make = async || {
        redis::cmd("FLUSHDB").exec_async(&mut server.client().await).await.unwrap();
        Arc::new(RedisJobStore::open(&server.url()).await.unwrap()) as Arc<dyn JobStore>
    };
    job_store_conformance::all(make).await;
}

/// Whatever is done to both in whatever order, they answer the same.
#[tokio::test]
async fn it_answers_as_the_store_in_memory_does() {
    let Some(server) = RedisServer::with(&[]).await else { return };
    for seed in 1..=8_u64 {
        redis::cmd("FLUSHDB").exec_async(&mut server.client().await).await.unwrap();
        let redis = RedisJobStore::insecure_volatile(&server.url()).await.unwrap();
        let stores: [&dyn JobStore; 2] = [&redis, &MemoryJobStore::default()];
        let workers = [WorkerName::unique(), WorkerName::unique(), WorkerName::unique()];
        let mut state = seed;
        let mut any = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut now = at(0);
        for step in 0..600 {
            now = now.saturating_add(Duration::from_millis(any(3) * any(1_500)));
            let (what, number, worker) = (any(20), any(25), &workers[usize::try_from(any(3)).unwrap()]);
            let received = at(0).saturating_add(Duration::from_millis(number * 7 % 5));
            let event = EventBuilder::new("partner", "x".repeat(usize::try_from(number).unwrap()));
            let event = event.id(format!("evt_{}", number / 2)).received_at(received).build();
            let endpoint = if number % 2 == 0 { "hooks" } else { "others" };
            let event = InboxEvent::new(endpoint, &event, &http::HeaderMap::new(), &[]);
            let later = now.saturating_add(Duration::from_millis(any(4_000)));
            let error = format!("error {step}");
            let end = match any(6) {
                0 | 1 => End::Done,
                2 => End::Obsolete,
                3 => End::Retry { at: later, error },
                4 => End::Dead { error },
                _ => End::Return { at: later },
            };
            let limit = usize::try_from(any(4)).unwrap();
            let terms = PushTerms::new(15, 200, u32::try_from(any(4)).unwrap(), now);
            let revision = Revision::new(format!("entity {}", any(3)), i64::MAX - i64::try_from(any(4)).unwrap());
            let keep = Retention::new(Duration::from_secs(any(60)), Duration::from_secs(any(60)));
            let scope = StatusScope::Endpoint(endpoint.into());
            let mut answers = Vec::new();
            for store in stores {
                let answer = match what {
                    0..=4 => format!("{:?}", store.push(&event, &terms).await.unwrap()),
                    5..=8 => format!("{:?}", store.take(worker, limit, now).await.unwrap()),
                    9..=12 => format!("{:?}", store.settle(event.job(), worker, &end, now).await.unwrap()),
                    13 => format!("{:?}", store.turn(event.job(), worker, &revision, now).await.unwrap()),
                    14 => format!("{:?}", store.keep_alive(worker, now).await.unwrap()),
                    15 => format!("{:?}", store.redrive(event.job(), now).await.unwrap()),
                    16 => format!("{:?}", store.prune(&keep, now).await.unwrap()),
                    _ => format!("{:?}", store.dead(Some(event.job()), limit).await.unwrap()),
                };
                let status = store.status(&scope, event.public_id()).await.unwrap();
                answers.push(format!("{answer} {status:?} {:?}", store.load().await.unwrap()));
            }
            assert_eq!(answers[0], answers[1], "seed {seed}, step {step}, operation {what}");
        }
    }
}

#[tokio::test]
async fn of_many_pushes_through_two_stores_one_is_new() {
    let Some(server) = RedisServer::safe().await else { return };
    let stores = [RedisJobStore::open(&server.url()).await.unwrap(), RedisJobStore::open(&server.url()).await.unwrap()];
    let pushed = join_all((0..64).map(|number| push(&stores[number % 2], 1))).await;
    assert_eq!(pushed.iter().filter(|pushed| **pushed == Pushed::New).count(), 1);
    assert_eq!(pushed.iter().filter(|pushed| **pushed == Pushed::Known).count(), 63);
    assert_eq!(stores[0].load().await.unwrap().jobs, 1);
}

/// apalis' own fetch fails from some eight thousand due jobs on.
#[tokio::test]
async fn ten_thousand_due_jobs_are_taken_pruned_and_leave_nothing_behind() {
    // Without its fsyncs, which are a test of the disk.
    let Some(server) = RedisServer::with(&[]).await else { return };
    let store = RedisJobStore::insecure_volatile(&server.url()).await.unwrap();
    push_all(&store, 0..10_000).await;
    let worker = WorkerName::unique();
    store.keep_alive(&worker, at(1)).await.unwrap();
    let jobs = store.take(&worker, 20_000, at(1)).await.unwrap();
    let ids: HashSet<_> = jobs.iter().map(|job| job.event.job().clone()).collect();
    assert_eq!((jobs.len(), ids.len()), (10_000, 10_000));
    assert!(store.take(&worker, 1, at(1)).await.unwrap().is_empty());

    assert_eq!(store.keep_alive(&WorkerName::unique(), at(20)).await.unwrap(), 10_000);
    let jobs = store.take(&worker, 20_000, at(20)).await.unwrap();
    assert_eq!(jobs.len(), 10_000);
    for some in jobs.chunks(200) {
        let dead = End::Dead { error: "hopeless".to_owned() };
        let end = |number| if number % 2 == 0 { &End::Done } else { &dead };
        let ended =
            some.iter().enumerate().map(|(number, job)| store.settle(job.event.job(), &worker, end(number), at(21)));
        assert!(join_all(ended).await.into_iter().all(|ended| ended.unwrap()));
    }
    assert_eq!(store.dead(None, 20_000).await.unwrap().len(), 5_000);
    let keep = Retention::new(Duration::from_secs(10), Duration::from_secs(10));
    for _ in 0..10 {
        assert_eq!(store.prune(&keep, at(32)).await.unwrap(), 1_000);
    }
    assert_eq!(store.prune(&keep, at(32)).await.unwrap(), 0);
    let mut left = server.client().await.keys("*").await.unwrap();
    left.sort();
    let counters = ["bytes", "heard", "workers"].map(|name| format!("tower-webhook:{name}"));
    left.retain(|key| !counters.contains(key) && !key.starts_with("tower-webhook:workers:metadata:"));
    assert_eq!(left, ["core:apalis:queues:list"]);
    assert_eq!(server.client().await.get("tower-webhook:bytes").await.unwrap().as_deref(), Some("0"));
}

#[tokio::test]
async fn every_answered_push_is_there_after_the_server_was_killed() {
    let Some(mut server) = RedisServer::safe().await else { return };
    let store = RedisJobStore::open(&server.url()).await.unwrap();
    assert_eq!(store.durability(), Durability::PowerLoss);
    let mut answered = HashSet::new();
    for round in 0..4_usize {
        let pushing = join_all((0..2_000).map(|number| {
            let number = round * 2_000 + number;
            let store = &store;
            async move { store.push(&event(number), &terms()).await.ok().map(|_| number) }
        }));
        let killing = async {
            tokio::time::sleep(Duration::from_millis(15 * (round as u64 + 1))).await;
            server.kill();
        };
        let (pushed, ()) = tokio::join!(pushing, killing);
        answered.extend(pushed.into_iter().flatten());
        assert!(store.push(&event(99_999), &terms()).await.is_err());
        server.start_again().await;
        assert_eq!(push(&store, 90_000 + round).await, Pushed::New, "it works again by itself, at once");
    }
    assert!(!answered.is_empty());
    let jobs = store.take(&WorkerName::unique(), 100_000, at(1)).await.unwrap();
    let stored: HashSet<_> = jobs.iter().map(|job| job.event.job().clone()).collect();
    assert_eq!(stored.len(), jobs.len(), "no event is two jobs");
    let missing = answered.iter().filter(|number| !stored.contains(event(**number).job())).count();
    assert_eq!(missing, 0, "of {} answered pushes", answered.len());
}

#[tokio::test]
async fn a_server_that_hangs_is_an_error_in_time_and_what_was_lost_on_the_way_comes_back() {
    let Some(server) = RedisServer::safe().await else { return };
    let store = RedisJobStore::open(&server.url()).await.unwrap();
    push_all(&store, 0..3).await;
    let worker = WorkerName::unique();
    store.keep_alive(&worker, at(1)).await.unwrap();

    server.signal("STOP");
    let asked = Instant::now();
    let (pushed, terms) = (event(3), terms());
    let (pushed, taken) = tokio::join!(store.push(&pushed, &terms), store.take(&worker, 2, at(1)));
    assert!(pushed.is_err() && taken.is_err());
    assert!(asked.elapsed() < Duration::from_secs(6), "{:?}", asked.elapsed());
    // Whoever stops waiting for an answer must not lose jobs either.
    let impatient = tokio::time::timeout(Duration::from_millis(50), store.take(&worker, 1, at(1))).await;
    assert!(impatient.is_err());
    server.signal("CONT");

    assert!(matches!(push(&store, 3).await, Pushed::Known | Pushed::New));
    let jobs = store.take(&worker, 9, at(1)).await.unwrap();
    assert_eq!(jobs.len(), 4, "what was taken without an answer is taken again");
    assert!(jobs.iter().all(|job| job.attempt == 1), "and was not an attempt");
    assert!(store.take(&worker, 9, at(1)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_server_with_unsafe_settings_is_made_safe_and_the_store_says_for_how_long() {
    let Some(mut server) = RedisServer::with(&["--no-appendfsync-on-rewrite", "yes"]).await else { return };
    set(&server, "maxmemory", "100mb").await;
    set(&server, "maxmemory-policy", "allkeys-lru").await;
    let store = RedisJobStore::open(&server.url()).await.unwrap();
    assert_eq!(store.durability(), Durability::ProcessEnd);
    for (name, value) in [
        ("appendonly", "yes"),
        ("appendfsync", "always"),
        ("no-appendfsync-on-rewrite", "no"),
        ("maxmemory-policy", "noeviction"),
    ] {
        assert_eq!(setting(&server, name).await, value, "{name}");
    }
    let second = RedisJobStore::open(&server.url()).await.unwrap();
    assert_eq!(second.durability(), Durability::ProcessEnd, "whoever comes later is not misled");
    assert_eq!(push(&store, 1).await, Pushed::New);

    // It goes by its configuration again: what it has forgotten is gone, and it is made safe again.
    server.kill();
    server.start_again().await;
    assert_eq!(setting(&server, "appendonly").await, "no");
    let deadline = Instant::now() + Duration::from_secs(10);
    while let Err(error) = store.push(&event(1), &terms()).await {
        assert!(Instant::now() < deadline, "{error:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(setting(&server, "appendonly").await, "yes");
    assert_eq!(store.durability(), Durability::ProcessEnd);
}

#[tokio::test]
async fn a_volatile_eviction_policy_is_left_alone() {
    let settings = [SAFE, &["--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru"]].concat();
    let Some(server) = RedisServer::with(&settings).await else { return };
    let store = RedisJobStore::open(&server.url()).await.unwrap();
    assert_eq!(store.durability(), Durability::PowerLoss);
    assert_eq!(setting(&server, "maxmemory-policy").await, "volatile-lru");
}

#[tokio::test]
async fn a_server_that_lets_nobody_set_it_is_refused_without_a_secret_in_the_error() {
    let Some(server) = RedisServer::with(&[]).await else { return };
    let mut client = server.client().await;
    let rules = ["on", ">s3cr3t-pw", "~*", "&*", "+@all", "-config|set"];
    redis::cmd("ACL").arg("SETUSER").arg("keeper").arg(&rules).exec_async(&mut client).await.unwrap();
    let rules = ["on", ">s3cr3t-pw", "~*", "&*", "+@all", "-config"];
    redis::cmd("ACL").arg("SETUSER").arg("blind").arg(&rules).exec_async(&mut client).await.unwrap();
    let url = |user: &str, password: &str| format!("{}?user={user}&pass={password}", server.url());

    let refused = RedisJobStore::open(&url("keeper", "s3cr3t-pw")).await.unwrap_err().to_string();
    for setting in ["appendonly yes", "appendfsync always"] {
        assert!(refused.contains(setting), "{refused}");
    }
    let blind = RedisJobStore::open(&url("blind", "s3cr3t-pw")).await.unwrap_err().to_string();
    assert!(blind.contains("CONFIG GET"), "{blind}");
    let stranger = RedisJobStore::open(&url("keeper", "wr0ng-pw")).await.unwrap_err().to_string();
    let nowhere = RedisJobStore::open("redis://keeper:s3cr3t-pw@127.0.0.1:1/").await.unwrap_err().to_string();
    let nothing = RedisJobStore::open("redis://keeper:s3cr3t-pw@:/x").await.unwrap_err().to_string();
    let volatile = RedisJobStore::insecure_volatile(&url("blind", "s3cr3t-pw")).await.unwrap();
    assert_eq!(volatile.durability(), Durability::Nothing);
    assert_eq!(push(&volatile, 1).await, Pushed::New);
    for text in [refused, blind, stranger, nowhere, nothing, format!("{volatile:?}")] {
        assert!(!text.contains("s3cr3t") && !text.contains("wr0ng") && !text.contains("keeper"), "{text}");
    }
}

#[tokio::test]
async fn scripts_that_a_store_without_checks_has_left_behind_prove_nothing() {
    let Some(mut server) = RedisServer::with(&[]).await else { return };
    let store = RedisJobStore::open(&server.url()).await.unwrap();
    assert_eq!(push(&store, 1).await, Pushed::New);
    server.kill();
    server.start_again().await;
    let volatile = RedisJobStore::insecure_volatile(&server.url()).await.unwrap();
    assert_eq!(push(&volatile, 1).await, Pushed::New);
    assert_eq!(setting(&server, "appendonly").await, "no");
    let _ = store.push(&event(2), &terms()).await;
    assert_eq!(setting(&server, "appendonly").await, "yes");
}

#[tokio::test]
async fn what_is_flushed_or_taken_away_underneath_does_no_harm() {
    let Some(server) = RedisServer::safe().await else { return };
    let store = RedisJobStore::open(&server.url()).await.unwrap();
    let worker = WorkerName::unique();
    push_all(&store, 0..4).await;
    assert_eq!(store.take(&worker, 2, at(1)).await.unwrap().len(), 2);
    let mut client = server.client().await;
    redis::cmd("FLUSHALL").exec_async(&mut client).await.unwrap();
    assert!(!store.settle(event(0).job(), &worker, &End::Done, at(2)).await.unwrap());
    assert!(store.take(&worker, 9, at(2)).await.unwrap().is_empty());
    assert_eq!(push(&store, 0).await, Pushed::New);

    // A damaged event is dead, and the one behind it is taken.
    push_all(&store, 1..3).await;
    client.hset("tower-webhook:data", event(0).job().as_str(), "damaged").await.unwrap();
    assert_eq!(store.take(&worker, 1, at(2)).await.unwrap().len(), 1);
    assert_eq!(store.take(&worker, 9, at(2)).await.unwrap().len(), 1);
    let scope = StatusScope::Endpoint("hooks".into());
    let status = store.status(&scope, "evt_0").await.unwrap().unwrap();
    assert_eq!(status.state, EventState::Dead);
    assert!(status.last_error.unwrap().contains("damaged"));
    assert_eq!(store.load().await.unwrap().dead, 1);
    assert!(store.dead(None, 9).await.unwrap().is_empty());

    // As apalis' `vacuum` would.
    for number in [1, 2] {
        client.hdel("tower-webhook:data", event(number).job().as_str()).await.unwrap();
        client.del(format!("tower-webhook:meta:{}", event(number).job())).await.unwrap();
    }
    assert_eq!(store.status(&scope, "evt_1").await.unwrap(), None);
    assert!(store.settle(event(1).job(), &worker, &End::Done, at(2)).await.unwrap());
    store.keep_alive(&WorkerName::unique(), at(99)).await.unwrap();
    assert!(!store.redrive(event(1).job(), at(99)).await.unwrap());
    store.load().await.unwrap();

    client.set("tower-webhook:open", "something else").await.unwrap();
    assert!(store.push(&event(9), &terms()).await.is_err());
}

#[tokio::test]
async fn the_tools_of_apalis_can_read_it() {
    let Some(server) = RedisServer::safe().await else { return };
    let store = RedisJobStore::open(&server.url()).await.unwrap();
    let worker = WorkerName::unique();
    store.keep_alive(&worker, at(1)).await.unwrap();
    push_all(&store, 0..4).await;
    let jobs = store.take(&worker, 3, at(1)).await.unwrap();
    let error = "no \u{1f422}\n".to_owned();
    let ends = [End::Done, End::Dead { error: error.clone() }, End::Retry { at: at(9), error }];
    for (job, end) in jobs.iter().zip(&ends) {
        assert!(store.settle(job.event.job(), &worker, end, at(2)).await.unwrap());
    }
    let config = apalis_redis::Config::default().queue("tower-webhook");
    let tasks = apalis_redis::RedisStorage::<Vec<u8>, _>::new(server.client().await).with_config(config);
    let mut statuses: Vec<_> = Vec::new();
    for status in ["Pending", "Failed", "Done", "Killed"] {
        let filter = Filter { status: Some(status.parse().unwrap()), page: 1, page_size: Some(10) };
        let listed = tasks.list_all_tasks(&filter).await.unwrap();
        statuses.push((status, listed.len()));
    }
    assert_eq!(statuses, [("Pending", 1), ("Failed", 1), ("Done", 1), ("Killed", 1)]);

    // A push of theirs with a key of ours is no second job.
    let config = tasks.get_config().clone();
    let task = apalis_core::task::builder::TaskBuilder::new(b"{}".to_vec());
    let task = task.idempotency_key(event(0).job().as_str()).build();
    let pushed = apalis_redis::queries::push_tasks(&mut server.client().await, &config, &[task]).await.unwrap();
    assert_eq!(pushed, (0, 0));
}
