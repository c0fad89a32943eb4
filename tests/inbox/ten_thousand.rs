//! Ten thousand events in a file, from their delivery to their end, and a handler that fails three times in ten.

use super::{Folder, folder_in, sqlite::open};
use axum::{body::Body, handler::Handler};
use futures_util::StreamExt;
use http::Request;
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::oneshot, time::timeout};
use tower_webhook::{
    Clock, Inbox, InboxWorker, SystemClock, UnixTime, VerifiedEvent,
    inbox::{Backoff, EventState, EventStatus, Job, JobError, JobId, StatusScope},
    testing::EventBuilder,
};

const EVENTS: usize = 10_000;
/// One in so many is asked about all the time.
const WATCHED: usize = 331;
/// Pushes, jobs in hand, questions at a time.
const AT_ONCE: usize = 64;
const ATTEMPTS: u32 = 4;
const FIRST: Duration = Duration::from_millis(500);
const PAYLOAD: &str = r#"{"kind":"invoice.paid"}"#;
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// Of a busy machine that does not come to an end.
const PATIENCE: Duration = Duration::from_secs(300);

/// Whether this attempt fails: three in ten do, the same each time the test runs.
fn fails(id: &str, attempt: u32) -> bool {
    let seed = id.bytes().chain(attempt.to_le_bytes());
    let hash =
        seed.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    (hash ^ (hash >> 32)) % 10 < 3
}

/// How it ends: with the first attempt that does not fail, or with the last.
fn end(id: &str) -> (EventState, u32) {
    (1..=ATTEMPTS)
        .find(|attempt| !fails(id, *attempt))
        .map_or((EventState::Dead, ATTEMPTS), |attempt| (EventState::Done, attempt))
}

fn error(attempt: u32) -> Option<String> {
    (attempt > 0).then(|| format!("attempt {attempt} failed"))
}

/// Whether the handler's attempts can have led here.
fn is_true(id: &str, status: &EventStatus) -> bool {
    let now = status.attempts;
    let before = now.saturating_sub(1);
    let (possible, error) = match status.state {
        EventState::Queued => (now == 0, None),
        EventState::Processing => ((1..=end(id).1).contains(&now), error(before)),
        EventState::Failed => ((1..end(id).1).contains(&now), error(now)),
        EventState::Done => ((EventState::Done, now) == end(id), error(before)),
        EventState::Dead => ((EventState::Dead, now) == end(id), error(now)),
        _ => (false, None),
    };
    let waits = status.state == EventState::Failed;
    possible && status.last_error == error && status.next_attempt_at.is_some() == waits && !status.obsolete
}

/// How far it has come: each attempt is begun, and then ends. What was seen later is further, or the same.
fn way(status: &EventStatus) -> u32 {
    2 * status.attempts - u32::from(status.state == EventState::Processing)
}

fn has_ended(status: &EventStatus) -> bool {
    matches!(status.state, EventState::Done | EventState::Dead)
}

struct Run {
    attempt: u32,
    began: UnixTime,
    ended: UnixTime,
}

/// What the handler did, by the id of the event.
type Runs = Arc<Mutex<HashMap<String, Vec<Run>>>>;

async fn status(inbox: &Inbox, id: &str) -> Option<EventStatus> {
    inbox.status(&StatusScope::Endpoint("hooks".into()), id).await.unwrap()
}

async fn handle(inbox: &Inbox, runs: &Runs, mended: &AtomicBool, job: &Job) -> Result<(), JobError> {
    let (id, began) = (job.event.public_id(), SystemClock.now());
    let mended = mended.load(Ordering::SeqCst);
    if id.parse::<usize>().unwrap() % WATCHED == 0 {
        let status = status(inbox, id).await.unwrap();
        // Becomes the error of the attempt, which is another one than is expected then.
        assert_eq!((status.state, status.attempts), (EventState::Processing, job.attempt));
    }
    let run = Run { attempt: job.attempt, began, ended: SystemClock.now() };
    runs.lock().unwrap().entry(id.to_owned()).or_default().push(run);
    if !mended && fails(id, job.attempt) {
        return Err(JobError::retry(error(job.attempt).unwrap()));
    }
    Ok(())
}

/// Delivers them, [`AT_ONCE`] at a time.
async fn deliver(inbox: &Inbox, numbers: Range<usize>) {
    let endpoint = inbox.endpoint("hooks");
    let answers = futures_util::stream::iter(numbers).map(|number| {
        let event = EventBuilder::new("partner", PAYLOAD).id(number.to_string()).received_at(SystemClock.now()).build();
        let request = Request::post("/hooks").extension(event).body(Body::empty()).unwrap();
        Handler::<VerifiedEvent, ()>::call(endpoint.clone(), request, ())
    });
    let mut answers = answers.buffer_unordered(AT_ONCE);
    while let Some(answer) = answers.next().await {
        assert_eq!(answer.status(), 200);
    }
}

/// Asks about some of them until they have ended, and returns the states it has seen.
async fn watch(inbox: &Inbox) -> HashSet<EventState> {
    let mut open: HashMap<String, Option<EventStatus>> =
        (0..EVENTS).step_by(WATCHED).map(|number| (number.to_string(), None)).collect();
    let mut seen = HashSet::new();
    while !open.is_empty() {
        tokio::time::sleep(PAUSE).await;
        for (id, before) in &mut open {
            let now = status(inbox, id).await;
            if let Some(before) = before {
                let now = now.as_ref().unwrap();
                let follows = way(now) > way(before) && now.updated_at >= before.updated_at;
                assert!(follows || now == before, "{before:?} then {now:?}");
            }
            if let Some(now) = &now {
                assert!(is_true(id, now), "{now:?}");
                seen.insert(now.state);
            }
            *before = now;
        }
        open.retain(|_, status| !status.as_ref().is_some_and(has_ended));
    }
    seen
}

async fn drained(inbox: &Inbox) {
    while inbox.load().await.unwrap().jobs > 0 {
        tokio::time::sleep(PAUSE).await;
    }
}

/// Every dead job, with what is told of it.
async fn dead(inbox: &Inbox) -> HashMap<String, JobId> {
    let (mut found, mut last) = (HashMap::new(), None);
    loop {
        let page = inbox.dead(last.as_ref(), 33).await.unwrap();
        let Some(job) = page.last() else { return found };
        last = Some(job.event.job().clone());
        for job in page {
            let id = job.event.public_id();
            assert_eq!((job.attempts, Some(job.error)), (ATTEMPTS, error(ATTEMPTS)), "{id}");
            assert_eq!(job.event.payload(), PAYLOAD);
            assert!(found.insert(id.to_owned(), job.event.job().clone()).is_none(), "{id} is listed twice");
        }
    }
}

/// In memory where there is such a place: what is tested here is not how fast the disk is.
fn folder() -> Folder {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { folder_in(memory) } else { super::folder() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_events_in_a_file_all_end_and_their_status_is_right_throughout() {
    let folder = folder();
    let store = Arc::new(open(&folder.path().join("inbox.db")).await);
    let inbox = Inbox::builder(store).capacity(EVENTS as u64).attempts(ATTEMPTS).push_timeout(PATIENCE);
    let inbox = inbox.build().unwrap();
    let (runs, mended) = (Runs::default(), Arc::new(AtomicBool::new(false)));
    let worker = InboxWorker::from_fn(&inbox, {
        let (inbox, runs, mended) = (inbox.clone(), Arc::clone(&runs), Arc::clone(&mended));
        move |job: Job| {
            let (inbox, runs, mended) = (inbox.clone(), Arc::clone(&runs), Arc::clone(&mended));
            async move { handle(&inbox, &runs, &mended, &job).await }
        }
    });
    // The wait after the nth attempt is at least FIRST times 2 to the n - 1.
    let backoff = Backoff::exponential(FIRST, 100 * FIRST).unwrap().jitter(0.5).unwrap();
    let worker = worker.concurrency(AT_ONCE).backoff(backoff).timeout(PATIENCE).build().unwrap();
    let watching = tokio::spawn({
        let inbox = inbox.clone();
        async move { watch(&inbox).await }
    });

    timeout(PATIENCE, deliver(&inbox, 0..EVENTS / 2)).await.unwrap();
    assert_eq!(inbox.load().await.unwrap().jobs, EVENTS as u64 / 2);
    assert_eq!(status(&inbox, "0").await.unwrap().state, EventState::Queued);
    let (stop, stopped) = oneshot::channel::<()>();
    let working = tokio::spawn(worker.run(stopped));
    timeout(PATIENCE, deliver(&inbox, EVENTS / 2..EVENTS)).await.unwrap();
    let seen = timeout(PATIENCE, watching).await.unwrap().unwrap();
    assert!(seen.is_superset(&[EventState::Failed, EventState::Done].into()), "{seen:?}");
    timeout(PATIENCE, drained(&inbox)).await.unwrap();

    let made = std::mem::take(&mut *runs.lock().unwrap());
    let ids: Vec<_> = (0..EVENTS).map(|number| number.to_string()).collect();
    for id in &ids {
        let (status, runs) = (status(&inbox, id).await.unwrap(), &made[id]);
        assert!(has_ended(&status) && is_true(id, &status), "{status:?}");
        assert!(runs.iter().map(|run| run.attempt).eq(1..=status.attempts), "{id} did not run as often as is told");
        for pair in runs.windows(2) {
            let wait = pair[1].began.saturating_since(pair[0].ended);
            let least = FIRST * 2_u32.pow(pair[0].attempt - 1);
            assert!(wait >= least, "{id} was tried again {wait:?} after attempt {}", pair[0].attempt);
        }
    }
    let found = dead(&inbox).await;
    let expected: HashSet<_> = ids.iter().filter(|id| end(id).0 == EventState::Dead).collect();
    assert!(expected.len() > 50, "{}", expected.len());
    assert_eq!(found.keys().collect::<HashSet<_>>(), expected);
    let load = inbox.load().await.unwrap();
    assert_eq!((load.jobs, load.bytes, load.oldest, load.dead), (0, 0, None, expected.len() as u64));

    mended.store(true, Ordering::SeqCst);
    let redriven: HashMap<_, _> = found.iter().take(20).collect();
    for job in redriven.values() {
        assert!(inbox.redrive(job).await.unwrap());
    }
    timeout(PATIENCE, drained(&inbox)).await.unwrap();
    for (id, job) in &redriven {
        let status = status(&inbox, id).await.unwrap();
        assert_eq!((status.state, status.attempts), (EventState::Done, 1), "{id}");
        assert!(!inbox.redrive(job).await.unwrap(), "{id} is dead no more");
    }
    assert_eq!(runs.lock().unwrap().len(), redriven.len(), "nothing else ran");
    assert_eq!(dead(&inbox).await.len(), found.len() - redriven.len());

    stop.send(()).unwrap();
    timeout(PATIENCE, working).await.unwrap().unwrap();
}
