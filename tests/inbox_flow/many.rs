//! Ten thousand events, and a handler that fails as it likes.

use crate::common::{event, inbox, push};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::Instant;
use tower_webhook::{
    InboxWorker,
    inbox::{Backoff, EventState, EventStatus, Job, JobError, StatusScope},
    testing::MemoryJobStore,
};

const EVENTS: usize = 10_000;
const FIRST: Duration = Duration::from_secs(1);

/// Whether this attempt fails: three in ten do, the same each time the test runs.
fn fails(id: &str, attempt: u32) -> bool {
    let seed = id.bytes().chain(attempt.to_le_bytes());
    let hash =
        seed.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    (hash ^ (hash >> 32)) % 10 < 3
}

/// Whether what was seen later can follow what was seen earlier.
fn can_follow(earlier: &EventStatus, later: &EventStatus) -> bool {
    use EventState::{Dead, Done, Failed, Processing, Queued};
    let on = later.attempts >= earlier.attempts && later.updated_at >= earlier.updated_at;
    on && match (earlier.state, later.state) {
        (Done, Done) | (Dead, Dead) => earlier == later,
        (Done | Dead, _) => false,
        (_, Queued) => earlier.state == Queued,
        (Failed, Failed) => earlier == later || later.attempts > earlier.attempts,
        (Queued | Processing | Failed, Processing | Failed | Done | Dead) => later.attempts > 0,
        _ => false,
    }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_events_all_end_and_their_status_is_right_throughout() {
    let inbox = inbox(&MemoryJobStore::default());
    for id in 0..EVENTS {
        push(&inbox, &event("e", &id.to_string(), "payload")).await;
    }
    type Attempts = HashMap<String, Vec<(Instant, bool)>>;
    let attempts: Arc<Mutex<Attempts>> = Arc::default();
    let seen = Arc::clone(&attempts);
    let worker = InboxWorker::from_fn(&inbox, move |job: Job| {
        let seen = Arc::clone(&seen);
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let (id, attempt) = (job.event.public_id(), job.attempt);
            let failed = fails(id, attempt);
            seen.lock().unwrap().entry(id.to_owned()).or_default().push((Instant::now(), failed));
            if failed { Err(JobError::retry(format!("attempt {attempt}"))) } else { Ok(()) }
        }
    });
    let worker = worker.concurrency(500).backoff(Backoff::exponential(FIRST, 30 * FIRST).unwrap()).build().unwrap();

    let scope = StatusScope::Endpoint("e".into());
    let watch = async {
        let mut known: HashMap<usize, EventStatus> = HashMap::new();
        while inbox.load().await.unwrap().jobs > 0 {
            for id in (0..EVENTS).step_by(1009) {
                let now = inbox.status(&scope, &id.to_string()).await.unwrap().unwrap();
                if let Some(before) = known.insert(id, now.clone()) {
                    assert!(can_follow(&before, &now), "{before:?} then {now:?}");
                }
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };
    worker.run(watch).await;

    let attempts = std::mem::take(&mut *attempts.lock().unwrap());
    let (mut dead, mut first_waits) = (0, BTreeSet::new());
    for id in 0..EVENTS {
        let made = &attempts[&id.to_string()];
        for pair in made.windows(2) {
            assert!(pair[0].1, "{id} was done, and run again");
            assert!(pair[1].0 - pair[0].0 >= FIRST, "{id}");
        }
        if let [(first, _), (second, _), ..] = made[..] {
            first_waits.insert((second - first).as_millis());
        }
        dead += usize::from(made.last().unwrap().1);
        assert!(made.len() == 5 || !made.last().unwrap().1, "{id} was given up too early");
    }
    // Each job draws a wait of its own; a free hand finds them in steps of the twenty milliseconds an attempt takes.
    assert!(first_waits.len() > 40, "{}", first_waits.len());
    let mut found = Vec::new();
    while let Some(page) = Some(inbox.dead(found.last(), 7).await.unwrap()).filter(|page| !page.is_empty()) {
        for job in page {
            assert_eq!((job.attempts, job.error.as_str()), (5, "attempt 5"));
            found.push(job.event.job().clone());
        }
    }
    assert!(dead > 5, "{dead}");
    assert_eq!((found.len(), inbox.load().await.unwrap().dead), (dead, dead as u64));
}
