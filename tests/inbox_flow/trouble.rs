//! A store whose answers get lost.

use crate::common::{TokioClock, drained, event, push, state};
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tower_webhook::{
    Inbox, InboxEvent, InboxWorker, UnixTime,
    inbox::{
        Backoff, DeadJob, Durability, End, EventSink, EventState, EventStatus, Job, JobError, JobId, JobStore, Load,
        PushTerms, Pushed, Retention, Revision, StatusScope, StoreFuture, Turn, WorkerName,
    },
    stores::StoreError,
    testing::MemoryJobStore,
};

const SECOND: Duration = Duration::from_secs(1);

/// Does what it is told, and sometimes nobody hears that it has.
#[derive(Debug, Default)]
struct Deaf {
    store: MemoryJobStore,
    takes_lost: AtomicUsize,
    settles_lost: AtomicUsize,
    alive: Mutex<HashSet<WorkerName>>,
}

fn lose(left: &AtomicUsize) -> Result<(), StoreError> {
    let lost = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
    if lost.is_ok() { Err(StoreError::failed("the connection broke")) } else { Ok(()) }
}

impl EventSink for Deaf {
    fn push<'a>(&'a self, event: &'a InboxEvent, terms: &'a PushTerms) -> StoreFuture<'a, Pushed> {
        self.store.push(event, terms)
    }
}

impl JobStore for Deaf {
    fn take<'a>(&'a self, worker: &'a WorkerName, limit: usize, now: UnixTime) -> StoreFuture<'a, Vec<Job>> {
        Box::pin(async move {
            assert!(self.alive.lock().unwrap().contains(worker), "it took jobs before it said that it is alive");
            let taken = self.store.take(worker, limit, now).await?;
            lose(&self.takes_lost).map(|()| taken)
        })
    }

    fn turn<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        revision: &'a Revision,
        now: UnixTime,
    ) -> StoreFuture<'a, Turn> {
        self.store.turn(job, worker, revision, now)
    }

    fn settle<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        end: &'a End,
        now: UnixTime,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let settled = self.store.settle(job, worker, end, now).await?;
            lose(&self.settles_lost).map(|()| settled)
        })
    }

    fn keep_alive<'a>(&'a self, worker: &'a WorkerName, now: UnixTime) -> StoreFuture<'a, u64> {
        self.alive.lock().unwrap().insert(worker.clone());
        self.store.keep_alive(worker, now)
    }

    fn status<'a>(&'a self, scope: &'a StatusScope, id: &'a str) -> StoreFuture<'a, Option<EventStatus>> {
        self.store.status(scope, id)
    }

    fn dead<'a>(&'a self, after: Option<&'a JobId>, limit: usize) -> StoreFuture<'a, Vec<DeadJob>> {
        self.store.dead(after, limit)
    }

    fn redrive<'a>(&'a self, job: &'a JobId, now: UnixTime) -> StoreFuture<'a, bool> {
        self.store.redrive(job, now)
    }

    fn prune<'a>(&'a self, keep: &'a Retention, now: UnixTime) -> StoreFuture<'a, u64> {
        self.store.prune(keep, now)
    }

    fn load(&self) -> StoreFuture<'_, Load> {
        self.store.load()
    }

    fn durability(&self) -> Durability {
        Durability::Nothing
    }
}

/// How often the one job was handled, and how long that took.
async fn handled(store: Deaf) -> (usize, Duration, (EventState, u32, Option<String>)) {
    let inbox = Inbox::builder(Arc::new(store)).clock(TokioClock::new()).build().unwrap();
    push(&inbox, &event("e", "1", "")).await;
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let worker = InboxWorker::from_fn(&inbox, move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok::<(), JobError>(()) }
    });
    let began = tokio::time::Instant::now();
    worker.build().unwrap().run(drained(&inbox)).await;
    (calls.load(Ordering::SeqCst), began.elapsed(), state(&inbox, "e", "1").await)
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_taking_nobody_heard_of_is_not_in_hand_for_ever() {
    let (calls, took, (state, attempts, _)) = handled(Deaf { takes_lost: 1.into(), ..Deaf::default() }).await;
    assert_eq!((calls, state, attempts), (1, EventState::Done, 2));
    assert!((15 * SECOND..25 * SECOND).contains(&took), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_job_whose_end_was_stored_unheard_is_not_handled_again() {
    let (calls, _, state) = handled(Deaf { settles_lost: 3.into(), ..Deaf::default() }).await;
    assert_eq!((calls, state), (1, (EventState::Done, 1, None)));
}

#[tokio::test(start_paused = true)]
async fn an_end_that_is_repeated_does_not_end_the_next_attempt() {
    // The store takes "try again in two seconds" at once, and is asked again for longer than that.
    let store = Deaf { settles_lost: 6.into(), ..Deaf::default() };
    let inbox = Inbox::builder(Arc::new(store)).clock(TokioClock::new()).build().unwrap();
    push(&inbox, &event("e", "1", "")).await;
    let in_hand = Arc::new(AtomicUsize::new(0));
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let worker = InboxWorker::from_fn(&inbox, move |_| {
        let (in_hand, call) = (Arc::clone(&in_hand), count.fetch_add(1, Ordering::SeqCst));
        async move {
            assert_eq!(in_hand.fetch_add(1, Ordering::SeqCst), 0, "it runs already");
            tokio::time::sleep(10 * SECOND).await;
            in_hand.fetch_sub(1, Ordering::SeqCst);
            if call == 0 { Err(JobError::retry("once")) } else { Ok(()) }
        }
    });
    let backoff = Backoff::exponential(SECOND, 2 * SECOND).unwrap().jitter(0.0).unwrap();
    worker.backoff(backoff).build().unwrap().run(drained(&inbox)).await;
    let (state, _, error) = state(&inbox, "e", "1").await;
    assert_eq!((calls.load(Ordering::SeqCst), state, error), (2, EventState::Done, Some("once".into())));
}

#[tokio::test(start_paused = true)]
async fn a_worker_goes_on_saying_that_it_is_alive() {
    let store = Arc::new(Deaf::default());
    let inbox = Inbox::builder(Arc::<Deaf>::clone(&store)).clock(TokioClock::new()).build().unwrap();
    let worker = InboxWorker::from_fn(&inbox, async |_| Ok::<(), JobError>(())).build().unwrap();
    let watch = async {
        for _ in 0..5 {
            store.alive.lock().unwrap().clear();
            tokio::time::sleep(5 * SECOND + SECOND / 10).await;
            assert_eq!(store.alive.lock().unwrap().len(), 1);
        }
    };
    worker.run(watch).await;
}

#[tokio::test(start_paused = true)]
async fn an_end_that_is_repeated_does_not_use_up_the_last_attempt() {
    let store = Deaf { settles_lost: 6.into(), ..Deaf::default() };
    let inbox = Inbox::builder(Arc::new(store)).clock(TokioClock::new()).build().unwrap();
    let event = event("e", "1", "");
    let terms = PushTerms::new(1, 1 << 10, 2, event.received_at());
    inbox.store().push(&event, &terms).await.unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let worker = InboxWorker::from_fn(&inbox, move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        async { Err::<(), _>(JobError::retry("each time")) }
    });
    let backoff = Backoff::exponential(SECOND, SECOND).unwrap();
    let worker = worker.backoff(backoff).build().unwrap();
    let ended = tokio::time::timeout(600 * SECOND, worker.run(drained(&inbox))).await;
    let state = state(&inbox, "e", "1").await;
    assert!(ended.is_ok(), "it never ends: {state:?}");
    assert_eq!((calls.load(Ordering::SeqCst), state), (2, (EventState::Dead, 2, Some("each time".into()))));
}

#[tokio::test(start_paused = true)]
async fn what_is_in_hand_stays_there_however_long_the_store_was_away() {
    for away in 16..30 {
        let store = MemoryJobStore::default();
        let inbox = Inbox::builder(Arc::new(store.clone())).clock(TokioClock::new()).build().unwrap();
        push(&inbox, &event("e", "1", "")).await;
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        let worker = InboxWorker::from_fn(&inbox, move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            async {
                tokio::time::sleep(50 * SECOND).await;
                Ok::<(), JobError>(())
            }
        });
        let worker = worker.timeout(60 * SECOND).build().unwrap();
        let outage = async {
            tokio::time::sleep(SECOND).await;
            store.fail(true);
            tokio::time::sleep(away * SECOND).await;
            store.fail(false);
            drained(&inbox).await;
        };
        worker.run(outage).await;
        let (state, attempts, _) = state(&inbox, "e", "1").await;
        assert_eq!((calls.load(Ordering::SeqCst), state, attempts), (1, EventState::Done, 1), "away for {away} s");
    }
}

/// Random, the same each time.
#[derive(Debug)]
struct Dice(std::sync::atomic::AtomicU64);

impl Dice {
    fn below(&self, bound: u64) -> u64 {
        let next = |seed: u64| seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let seed = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |seed| Some(next(seed))).unwrap();
        (next(seed) >> 33) % bound
    }
}

/// Each operation may fail before it is done or after, and may take long.
#[derive(Debug)]
struct Moody {
    store: MemoryJobStore,
    dice: Dice,
    /// Afterwards all is well.
    until: tokio::time::Instant,
}

impl Moody {
    async fn mood<T>(&self, step: StoreFuture<'_, T>) -> Result<T, StoreError> {
        if tokio::time::Instant::now() > self.until {
            return step.await;
        }
        let broken = || StoreError::failed("the connection broke");
        let slow = |dice: &Dice| match dice.below(10) {
            0 => dice.below(12_000),
            _ => dice.below(50),
        };
        tokio::time::sleep(Duration::from_millis(slow(&self.dice))).await;
        if self.dice.below(4) == 0 {
            return Err(broken());
        }
        let done = step.await?;
        tokio::time::sleep(Duration::from_millis(slow(&self.dice))).await;
        if self.dice.below(4) == 0 { Err(broken()) } else { Ok(done) }
    }
}

fn later<'a, T: Send + 'a>(step: impl FnOnce() -> StoreFuture<'a, T> + Send + 'a) -> StoreFuture<'a, T> {
    Box::pin(async move { step().await })
}

impl EventSink for Moody {
    fn push<'a>(&'a self, event: &'a InboxEvent, terms: &'a PushTerms) -> StoreFuture<'a, Pushed> {
        self.store.push(event, terms)
    }
}

impl JobStore for Moody {
    fn take<'a>(&'a self, worker: &'a WorkerName, limit: usize, now: UnixTime) -> StoreFuture<'a, Vec<Job>> {
        Box::pin(self.mood(later(move || self.store.take(worker, limit, now))))
    }

    fn turn<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        revision: &'a Revision,
        now: UnixTime,
    ) -> StoreFuture<'a, Turn> {
        Box::pin(self.mood(later(move || self.store.turn(job, worker, revision, now))))
    }

    fn settle<'a>(
        &'a self,
        job: &'a JobId,
        worker: &'a WorkerName,
        end: &'a End,
        now: UnixTime,
    ) -> StoreFuture<'a, bool> {
        Box::pin(self.mood(later(move || self.store.settle(job, worker, end, now))))
    }

    fn keep_alive<'a>(&'a self, worker: &'a WorkerName, now: UnixTime) -> StoreFuture<'a, u64> {
        Box::pin(self.mood(later(move || self.store.keep_alive(worker, now))))
    }

    fn status<'a>(&'a self, scope: &'a StatusScope, id: &'a str) -> StoreFuture<'a, Option<EventStatus>> {
        self.store.status(scope, id)
    }

    fn dead<'a>(&'a self, after: Option<&'a JobId>, limit: usize) -> StoreFuture<'a, Vec<DeadJob>> {
        self.store.dead(after, limit)
    }

    fn redrive<'a>(&'a self, job: &'a JobId, now: UnixTime) -> StoreFuture<'a, bool> {
        self.store.redrive(job, now)
    }

    fn prune<'a>(&'a self, keep: &'a Retention, now: UnixTime) -> StoreFuture<'a, u64> {
        self.store.prune(keep, now)
    }

    fn load(&self) -> StoreFuture<'_, Load> {
        self.store.load()
    }

    fn durability(&self) -> Durability {
        Durability::Nothing
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_the_mood_of_the_store_every_job_ends_and_none_is_in_hand_twice_at_once() {
    let backoff = Backoff::exponential(SECOND / 10, SECOND).unwrap();
    for seed in 0..40 {
        let until = tokio::time::Instant::now() + 120 * SECOND;
        let store = Moody { store: MemoryJobStore::default(), dice: Dice(seed.into()), until };
        let inbox = Inbox::builder(Arc::new(store)).clock(TokioClock::new()).build().unwrap();
        let events: Vec<_> = (0..10).map(|id| event("e", &id.to_string(), "")).collect();
        for event in &events {
            let terms = PushTerms::new(100, 1 << 20, 2, event.received_at());
            inbox.store().push(event, &terms).await.unwrap();
        }
        let handled = Arc::new(Mutex::new(HashSet::new()));
        let (list, in_hand) = (Arc::clone(&handled), Arc::new(Mutex::new(HashSet::new())));
        let worker = InboxWorker::from_fn(&inbox, move |job: Job| {
            let (list, in_hand) = (Arc::clone(&list), Arc::clone(&in_hand));
            async move {
                let id = job.event.public_id().to_owned();
                assert!(in_hand.lock().unwrap().insert(id.clone()), "it runs already");
                tokio::time::sleep(Duration::from_secs(seed % 30)).await;
                in_hand.lock().unwrap().remove(&id);
                if job.attempt == 1 && id.starts_with(['1', '3', '5', '7']) {
                    return Err(JobError::retry("the first time"));
                }
                list.lock().unwrap().insert(id);
                Ok(())
            }
        });
        let worker = worker.concurrency(3).timeout(60 * SECOND).backoff(backoff).build().unwrap();
        let ended = tokio::time::timeout(3600 * SECOND, worker.run(drained(&inbox))).await;
        assert!(ended.is_ok(), "seed {seed}: {:?}", inbox.load().await);
        for event in &events {
            let (state, attempts, error) = state(&inbox, "e", event.public_id()).await;
            // What was taken unheard may have used up its attempts.
            let right = match state {
                EventState::Done => handled.lock().unwrap().contains(event.public_id()),
                _ => state == EventState::Dead && attempts == 2,
            };
            let told = !error.as_ref().is_some_and(|error| error.contains("panicked"));
            assert!(right && told, "seed {seed}: {event:?} is {state:?} after {attempts}: {error:?}");
        }
    }
}
