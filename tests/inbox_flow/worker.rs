//! What becomes of a job in a worker's hands.

use crate::common::{builder, drained, event, inbox, push, state};
use proptest::prelude::*;
use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::oneshot, time::Instant};
use tower_webhook::{
    Inbox, InboxWorker,
    inbox::{Backoff, Durability, EventState, Job, JobError, Retention},
    testing::MemoryJobStore,
};

const SECOND: Duration = Duration::from_secs(1);

fn backoff() -> Backoff {
    Backoff::exponential(SECOND, 60 * SECOND).unwrap()
}

/// Runs a worker until nothing waits or is in hand.
async fn work<F, Fut>(inbox: &Inbox, handler: F)
where
    F: Fn(Job) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<(), JobError>> + Send + 'static,
{
    let worker = InboxWorker::from_fn(inbox, handler).backoff(backoff()).timeout(5 * SECOND).build().unwrap();
    worker.run(drained(inbox)).await;
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_handled_is_done() {
    let inbox = inbox(&MemoryJobStore::default());
    push(&inbox, &event("e", "1", "payload")).await;
    work(&inbox, async |job: Job| {
        assert_eq!((job.event.payload().as_ref(), job.attempt, job.attempts), (&b"payload"[..], 1, 5));
        Ok(())
    })
    .await;
    assert_eq!(state(&inbox, "e", "1").await, (EventState::Done, 1, None));
}

#[tokio::test(start_paused = true)]
async fn a_failed_job_is_tried_again_after_a_while_and_its_error_is_kept() {
    let inbox = inbox(&MemoryJobStore::default());
    push(&inbox, &event("e", "1", "")).await;
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&times);
    work(&inbox, move |job: Job| {
        seen.lock().unwrap().push(Instant::now());
        async move { if job.attempt < 3 { Err(JobError::retry("not yet")) } else { Ok(()) } }
    })
    .await;
    assert_eq!(state(&inbox, "e", "1").await, (EventState::Done, 3, Some("not yet".into())));
    let times = times.lock().unwrap();
    // Found within a second of the time it is due.
    assert!((SECOND..=3 * SECOND).contains(&(times[1] - times[0])), "{:?}", times[1] - times[0]);
    assert!((SECOND..=5 * SECOND).contains(&(times[2] - times[1])), "{:?}", times[2] - times[1]);
}

#[tokio::test(start_paused = true)]
async fn the_last_attempt_leaves_a_job_dead_and_it_can_be_driven_again() {
    let inbox = inbox(&MemoryJobStore::default());
    let job = push(&inbox, &event("e", "1", "payload")).await;
    work(&inbox, async |_| Err(JobError::from(std::io::Error::other("down")))).await;
    assert_eq!(state(&inbox, "e", "1").await, (EventState::Dead, 5, Some("down".into())));
    let dead = inbox.dead(None, 9).await.unwrap();
    assert_eq!((dead[0].error.as_str(), dead[0].event.payload().as_ref()), ("down", &b"payload"[..]));
    assert_eq!(inbox.load().await.unwrap().dead, 1);

    assert!(inbox.redrive(&job).await.unwrap());
    assert!(!inbox.redrive(&job).await.unwrap());
    work(&inbox, async |_| Ok(())).await;
    assert_eq!(state(&inbox, "e", "1").await.0, EventState::Done);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_says_so_ends_a_job_at_once() {
    let inbox = inbox(&MemoryJobStore::default());
    push(&inbox, &event("e", "1", "")).await;
    work(&inbox, async |_| Err(JobError::dead("no such account"))).await;
    assert_eq!(state(&inbox, "e", "1").await, (EventState::Dead, 1, Some("no such account".into())));
}

#[tokio::test(start_paused = true)]
async fn an_error_can_say_when_to_try_again() {
    let inbox = inbox(&MemoryJobStore::default());
    push(&inbox, &event("e", "1", "")).await;
    let began = Instant::now();
    work(&inbox, async |job: Job| match job.attempt {
        1 => Err(JobError::retry_after("busy", 300 * SECOND)),
        _ => Ok(()),
    })
    .await;
    assert!((300 * SECOND..302 * SECOND).contains(&began.elapsed()), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failed_attempt() {
    let inbox = inbox(&MemoryJobStore::default());
    push(&inbox, &event("e", "1", "")).await;
    work(&inbox, async |job: Job| {
        assert!(job.attempt > 1, "on the first attempt");
        Ok(())
    })
    .await;
    let (state, attempts, error) = state(&inbox, "e", "1").await;
    assert_eq!((state, attempts), (EventState::Done, 2));
    assert_eq!(error.unwrap(), "it panicked: on the first attempt");
}

#[tokio::test(start_paused = true)]
async fn an_error_that_cannot_be_shown_is_a_failed_attempt() {
    #[derive(Debug)]
    struct Untold;
    impl std::fmt::Display for Untold {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            Err(std::fmt::Error)
        }
    }
    impl std::error::Error for Untold {}

    let inbox = inbox(&MemoryJobStore::default());
    push(&inbox, &event("e", "1", "")).await;
    let working = work(&inbox, async |job: Job| if job.attempt == 1 { Err(JobError::retry(Untold)) } else { Ok(()) });
    tokio::time::timeout(60 * SECOND, working).await.expect("its end");
    assert_eq!(state(&inbox, "e", "1").await.0, EventState::Done);
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_has_failed() {
    let inbox = inbox(&MemoryJobStore::default());
    push(&inbox, &event("e", "1", "")).await;
    work(&inbox, async |job: Job| {
        if job.attempt == 1 {
            std::future::pending::<()>().await;
        }
        Ok(())
    })
    .await;
    assert_eq!(state(&inbox, "e", "1").await, (EventState::Done, 2, Some("it took longer than 5s".into())));
}

#[tokio::test(start_paused = true)]
async fn a_cause_is_told_with_its_error() {
    #[derive(Debug)]
    struct Outer(std::io::Error);
    impl std::fmt::Display for Outer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("could not book")
        }
    }
    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }
    assert_eq!(JobError::from(Outer(std::io::Error::other("disk full"))).to_string(), "could not book: disk full");
}

#[tokio::test(start_paused = true)]
async fn no_more_jobs_are_in_hand_than_allowed() {
    let inbox = inbox(&MemoryJobStore::default());
    for id in 0..50 {
        push(&inbox, &event("e", &id.to_string(), "")).await;
    }
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let peak = Arc::clone(&most);
    let worker = InboxWorker::from_fn(&inbox, move |_| {
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(SECOND).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok::<(), JobError>(())
        }
    });
    let began = Instant::now();
    worker.concurrency(7).build().unwrap().run(drained(&inbox)).await;
    assert_eq!(peak.load(Ordering::SeqCst), 7);
    // 50 jobs, 7 at a time: none had to wait for a tick.
    assert!(began.elapsed() < 9 * SECOND, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_new_event_wakes_a_worker_at_once() {
    use crate::common::{github, hook, send};
    let inbox = inbox(&MemoryJobStore::default());
    let (done, handled) = oneshot::channel();
    let done = Arc::new(Mutex::new(Some(done)));
    let worker = InboxWorker::from_fn(&inbox, move |_| {
        let done = done.lock().unwrap().take();
        async move { done.unwrap().send(Instant::now()).map_err(|_| JobError::dead("twice")) }
    });
    let idle = tokio::spawn(worker.build().unwrap().run(std::future::pending::<()>()));
    tokio::time::sleep(Duration::from_millis(1300)).await;
    let pushed = Instant::now();
    send(&hook(&inbox), github("one")).await;
    assert_eq!(handled.await.unwrap(), pushed);
    idle.abort();
}

#[tokio::test(start_paused = true)]
async fn a_worker_outlives_a_store_in_trouble_and_loses_nothing() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    push(&inbox, &event("e", "1", "")).await;
    let trouble = store.clone();
    let worker = InboxWorker::from_fn(&inbox, move |_| {
        // It fails while the job is in hand, and for longer than any of its tries to say that it is done.
        trouble.fail(true);
        let trouble = trouble.clone();
        tokio::spawn(async move {
            tokio::time::sleep(12 * SECOND).await;
            trouble.fail(false);
        });
        async { Ok::<(), JobError>(()) }
    });
    worker.build().unwrap().run(tokio::time::sleep(30 * SECOND)).await;
    assert_eq!(state(&inbox, "e", "1").await, (EventState::Done, 1, None));
}

#[tokio::test(start_paused = true)]
async fn shutdown_takes_nothing_new_and_lets_what_is_in_hand_finish() {
    let inbox = inbox(&MemoryJobStore::default());
    for id in ["1", "2"] {
        push(&inbox, &event("e", id, "")).await;
    }
    let worker = InboxWorker::from_fn(&inbox, async |_| {
        tokio::time::sleep(10 * SECOND).await;
        Ok::<(), JobError>(())
    });
    let began = Instant::now();
    worker.concurrency(1).build().unwrap().run(tokio::time::sleep(SECOND)).await;
    assert_eq!(began.elapsed(), 10 * SECOND);
    let mut states = [state(&inbox, "e", "1").await, state(&inbox, "e", "2").await];
    states.sort_by_key(|(_, attempts, _)| *attempts);
    assert_eq!(states, [(EventState::Queued, 0, None), (EventState::Done, 1, None)]);
}

#[tokio::test(start_paused = true)]
async fn what_outlasts_the_grace_is_dropped_and_waits_again() {
    struct Dropped(Arc<AtomicUsize>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let inbox = inbox(&MemoryJobStore::default());
    push(&inbox, &event("e", "1", "")).await;
    let dropped = Arc::new(AtomicUsize::new(0));
    let guard = Arc::clone(&dropped);
    let worker = InboxWorker::from_fn(&inbox, move |_| {
        let guard = Dropped(Arc::clone(&guard));
        async move {
            std::future::pending::<()>().await;
            drop(guard);
            Ok::<(), JobError>(())
        }
    });
    let began = Instant::now();
    worker.grace(3 * SECOND).build().unwrap().run(tokio::time::sleep(SECOND)).await;
    assert_eq!((began.elapsed(), dropped.load(Ordering::SeqCst)), (4 * SECOND, 1));
    assert_eq!(state(&inbox, "e", "1").await, (EventState::Failed, 1, Some("its worker was shut down".into())));
    work(&inbox, async |_| Ok(())).await;
    assert_eq!(state(&inbox, "e", "1").await.0, EventState::Done);
}

#[tokio::test(start_paused = true)]
async fn shutdown_ends_also_while_the_store_is_down() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    push(&inbox, &event("e", "1", "")).await;
    let broken = store.clone();
    let worker = InboxWorker::from_fn(&inbox, move |_| {
        broken.fail(true);
        async { Ok::<(), JobError>(()) }
    });
    let began = Instant::now();
    worker.grace(3 * SECOND).build().unwrap().run(tokio::time::sleep(SECOND)).await;
    assert!(began.elapsed() < 6 * SECOND, "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_told_to_stop_before_it_starts_stops() {
    let inbox = inbox(&MemoryJobStore::default());
    push(&inbox, &event("e", "1", "")).await;
    let worker = InboxWorker::from_fn(&inbox, async |_| Ok::<(), JobError>(()));
    worker.build().unwrap().run(std::future::ready(())).await;
    // Handled or given back, as it came; never left in hand.
    assert!(matches!(state(&inbox, "e", "1").await, (EventState::Queued, 0, None) | (EventState::Done, 1, None)));
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_is_dropped_finishes_what_it_has_in_hand() {
    let inbox = inbox(&MemoryJobStore::default());
    push(&inbox, &event("e", "1", "")).await;
    let worker = InboxWorker::from_fn(&inbox, async |_| {
        // Longer than a worker may be silent.
        tokio::time::sleep(60 * SECOND).await;
        Ok::<(), JobError>(())
    });
    let worker = worker.timeout(100 * SECOND).build().unwrap();
    let _ = tokio::time::timeout(SECOND, worker.run(std::future::pending::<()>())).await;
    assert_eq!(state(&inbox, "e", "1").await, (EventState::Processing, 1, None));
    // Another worker takes it for alive.
    let other = InboxWorker::from_fn(&inbox, async |_| Err::<(), JobError>(JobError::dead("twice"))).build().unwrap();
    other.run(drained(&inbox)).await;
    assert_eq!(state(&inbox, "e", "1").await, (EventState::Done, 1, None));
}

#[tokio::test(start_paused = true)]
async fn jobs_of_a_worker_that_fell_silent_are_taken_over() {
    let store = MemoryJobStore::default();
    let inbox = inbox(&store);
    push(&inbox, &event("e", "1", "")).await;
    // A process that was killed right after it took it.
    let killed = tower_webhook::inbox::WorkerName::unique();
    assert_eq!(inbox.store().take(&killed, 1, event("e", "x", "").received_at()).await.unwrap().len(), 1);
    work(&inbox, async |_| Ok(())).await;
    let (state, attempts, _) = state(&inbox, "e", "1").await;
    assert_eq!((state, attempts), (EventState::Done, 2));
}

#[test]
fn a_handler_that_blocks_its_thread_does_not_stop_its_worker() {
    // In real time, as a blocked thread is not one that tokio's clock waits for.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = Arc::new(Mutex::new(released));
    runtime.block_on(async {
        let inbox = Inbox::builder(Arc::new(MemoryJobStore::default())).build().unwrap();
        push(&inbox, &event("e", "1", "")).await;
        let worker = InboxWorker::from_fn(&inbox, move |_| {
            let released = Arc::clone(&released);
            async move {
                let _ = released.lock().unwrap().recv();
                Ok::<(), JobError>(())
            }
        });
        let hour = Backoff::exponential(3600 * SECOND, 3600 * SECOND).unwrap();
        let worker = worker.timeout(Duration::from_millis(100)).backoff(hour).build().unwrap();
        let until_failed = async {
            while state(&inbox, "e", "1").await.0 != EventState::Failed {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        // Its time is over while it blocks: the worker notices, and does not wait for it.
        worker.run(until_failed).await;
        assert_eq!(state(&inbox, "e", "1").await, (EventState::Failed, 1, Some("it took longer than 100ms".into())));
    });
    drop(release);
}

#[tokio::test(start_paused = true)]
async fn ended_jobs_are_forgotten_in_time() {
    let inbox = builder(&MemoryJobStore::default());
    let inbox = inbox.retention(Retention::new(3600 * SECOND, 3600 * SECOND)).build().unwrap();
    assert_eq!(inbox.durability(), Durability::Nothing);
    push(&inbox, &event("e", "1", "")).await;
    let worker = InboxWorker::from_fn(&inbox, async |_| Ok::<(), JobError>(())).build().unwrap();
    worker.run(tokio::time::sleep(3590 * SECOND)).await;
    assert_eq!(state(&inbox, "e", "1").await.0, EventState::Done);
    let worker = InboxWorker::from_fn(&inbox, async |_| Ok::<(), JobError>(())).build().unwrap();
    worker.run(tokio::time::sleep(90 * SECOND)).await;
    let scope = tower_webhook::inbox::StatusScope::Endpoint("e".into());
    assert_eq!(inbox.status(&scope, "1").await.unwrap(), None);
}

#[test]
fn a_worker_without_hands_or_time_is_an_error() {
    let inbox = Inbox::builder(Arc::new(MemoryJobStore::default())).build().unwrap();
    let worker = || InboxWorker::from_fn(&inbox, async |_| Ok::<(), JobError>(()));
    assert_eq!(worker().concurrency(0).build().unwrap_err().field(), "inbox.concurrency");
    assert_eq!(worker().concurrency(usize::MAX).build().unwrap_err().field(), "inbox.concurrency");
    assert_eq!(worker().timeout(Duration::ZERO).build().unwrap_err().field(), "inbox.timeout");
    assert_eq!(Backoff::exponential(Duration::ZERO, SECOND).unwrap_err().field(), "backoff.first");
    assert_eq!(Backoff::exponential(2 * SECOND, SECOND).unwrap_err().field(), "backoff.longest");
    assert_eq!(Backoff::exponential(SECOND, Duration::MAX).unwrap_err().field(), "backoff.longest");
    for jitter in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert_eq!(backoff().jitter(jitter).unwrap_err().field(), "backoff.jitter");
    }
}

proptest! {
    #[test]
    fn a_wait_is_within_its_bounds(
        first in 1_u64..=31_536_000_000, more in 0_u64..=31_536_000_000, jitter in 0.0..=1.0, attempt: u32,
    ) {
        let year = Duration::from_secs(365 * 86_400);
        let (first, longest) = (Duration::from_millis(first), Duration::from_millis(first + more).min(year));
        let backoff = Backoff::exponential(first, longest).unwrap().jitter(jitter).unwrap();
        let bound = 2_u32.checked_pow(attempt).map_or(longest, |factor| first.saturating_mul(factor)).min(longest);
        let wait = backoff.wait(attempt);
        prop_assert!(first <= wait && wait <= bound, "{first:?} {wait:?} {bound:?}");
        prop_assert!(wait + Duration::from_micros(1) >= bound.mul_f64(1.0 - jitter));
    }
}

#[test]
fn jobs_that_failed_together_do_not_come_back_together() {
    let waits: BTreeSet<_> = (0..1000).map(|_| backoff().wait(1)).collect();
    assert!(waits.len() > 990, "{}", waits.len());
    assert!(*waits.first().unwrap() < SECOND + SECOND / 20 && *waits.last().unwrap() > 2 * SECOND - SECOND / 20);
    let none = backoff().jitter(0.0).unwrap();
    assert_eq!((none.wait(1), none.wait(3), none.wait(40)), (2 * SECOND, 8 * SECOND, 60 * SECOND));
}
