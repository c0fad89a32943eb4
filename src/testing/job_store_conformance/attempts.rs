//! What `take`, `settle`, `keep_alive` and `redrive` promise.

use super::*;
use crate::inbox::{
    EventState,
    store::{SILENCE, error_text},
};
use http::{HeaderName, HeaderValue};
use std::collections::HashSet;

/// What was pushed is what is taken, to the byte.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn an_event_comes_back_as_it_was(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let name = HeaderName::from_static("x-note");
    let mut headers = HeaderMap::new();
    for value in [&b"caf\xe9 \xf0\x9f\x90\xa2 \xff"[..], b"", b"second"] {
        headers.append(&name, HeaderValue::from_bytes(value).unwrap_or_else(|_| unreachable!("bytes of a header")));
    }
    let bytes: Vec<u8> = (0..1 << 20).map(|number: u32| number.to_be_bytes().iter().fold(7, |a, b| a ^ b)).collect();
    let event = EventBuilder::new("partner", bytes).id("evt_\u{1f422}'\"\\").kind("a.b").timestamp(at(1));
    let event = event.received_at(at(0).saturating_add(MILLISECOND)).client_ip([192, 0, 2, 1].into()).build();
    let event = InboxEvent::new("h\u{f6}\u{f6}ks", &event, &headers, &[name]);
    subject.store(&event).await;
    let empty = InboxEvent::new("hooks", &EventBuilder::new("partner", "").build(), &HeaderMap::new(), &[]);
    assert_eq!(subject.push_at(&empty, at(1)).await, Pushed::New, "an event may have no bytes and no id");

    let taken = subject.take(&WorkerName::unique(), 2, at(1)).await;
    let taken: Vec<_> = taken.iter().map(|job| job.event.to_bytes()).collect();
    assert!(taken == [event.to_bytes(), empty.to_bytes()], "an event comes back as it was pushed");
    assert_eq!(subject.status(&event).await.received_at, event.received_at(), "times are kept to the millisecond");
    assert_eq!(subject.status(&empty).await.job, *empty.job(), "an event without an id is found by its job's");
}

/// Jobs are taken when they are due, those first that have been due for longest, no more than were asked for.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn the_longest_due_are_taken_first(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let worker = WorkerName::unique();
    let events: Vec<_> = (0..5).map(numbered).collect();
    let ids = |numbers: &[usize]| -> Vec<_> { numbers.iter().map(|number| events[*number].job().clone()).collect() };
    for (number, due) in [(3, 3), (0, 0), (4, 4), (1, 1), (2, 2)] {
        assert_eq!(subject.push_at(&events[number], at(due)).await, Pushed::New, "an unknown event is new");
    }
    assert!(subject.take(&worker, 0, at(9)).await.is_empty(), "nothing is taken by who asks for nothing");
    assert_eq!(subject.take_ids(&worker, 2, at(9)).await, ids(&[0, 1]), "the longest due are taken first");
    let early = subject.take_ids(&worker, 9, at(2)).await;
    assert_eq!(early, ids(&[2]), "a job is taken at the moment it is due, and none before");
    assert_eq!(subject.take_ids(&worker, 9, at(9)).await, ids(&[3, 4]), "the rest is taken when it is due");
    assert!(subject.take(&worker, 9, at(9)).await.is_empty(), "what is in hand is not taken");

    let due = at(20).saturating_add(Duration::from_millis(500));
    subject.end(&events[0], &worker, &retry(due), at(9)).await;
    subject.end(&events[1], &worker, &End::Return { at: at(19) }, at(9)).await;
    subject.end(&events[2], &worker, &retry(at(18)), at(9)).await;
    assert_eq!(subject.take_ids(&worker, 9, at(18)).await, ids(&[2]), "a retry is due when it says");
    assert!(subject.take(&worker, 9, at(19).saturating_sub(MILLISECOND)).await.is_empty(), "none is taken too early");
    let last = subject.take_ids(&worker, 9, due.saturating_sub(MILLISECOND)).await;
    assert_eq!(last, ids(&[1]), "what is due is told to the millisecond");
    assert_eq!(subject.take_ids(&worker, 9, due).await, ids(&[0]), "what is due is told to the millisecond");
}

/// Each take counts, what is returned does not, and after the last there is none.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn attempts_are_counted_and_end(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let (event, worker) = (numbered(1), WorkerName::unique());
    subject.store(&event).await;
    for attempt in 1..=ATTEMPTS {
        let job = subject.take_one(&worker, at(1)).await;
        assert_eq!((job.attempt, job.attempts), (attempt, ATTEMPTS), "each take is an attempt");
        subject.end(&event, &worker, &End::Return { at: at(1) }, at(1)).await;
        let job = subject.take_one(&worker, at(1)).await;
        assert_eq!(job.attempt, attempt, "an attempt that is returned does not count");
        subject.end(&event, &worker, &retry(at(1)), at(1)).await;
    }
    assert!(subject.take(&worker, 9, at(99)).await.is_empty(), "a job whose attempts are used up is not taken");
    let status = subject.status(&event).await;
    assert_eq!((status.state, status.attempts), (EventState::Dead, ATTEMPTS), "what cannot be tried again is dead");
    assert_eq!(subject.load().await.jobs, 0, "what cannot be tried again is dead");
}

/// However many workers take, each job is in one hand.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn jobs_are_taken_by_one_worker_each(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let events: Vec<_> = (0..50).map(numbered).collect();
    subject.store_all(&events).await;
    let workers: Vec<_> = (0..16).map(|_| WorkerName::unique()).collect();
    let taken = join_all(workers.iter().map(|worker| subject.take_ids(worker, 7, at(1)))).await;
    assert!(taken.iter().all(|taken| taken.len() <= 7), "no worker takes more than it asked for");
    let mut all = taken.concat();
    // A store may leave out what another worker was taking at that moment.
    all.extend(subject.take_ids(&WorkerName::unique(), 50, at(1)).await);
    assert_eq!(all.len(), 50, "all jobs are taken, and none twice");
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 50, "no job is taken by two workers");
}

/// Who does not have a job in hand settles nothing.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn a_job_is_settled_once_and_by_its_worker(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let ends = [End::Done, End::Obsolete, retry(at(5)), dead(), End::Return { at: at(5) }];
    let subject = Subject::of(make).await;
    let (worker, other) = (WorkerName::unique(), WorkerName::unique());
    for (number, first) in ends.iter().enumerate() {
        let event = numbered(number);
        for end in &ends {
            assert!(!subject.settle(&event, &worker, end, at(1)).await, "what was never pushed cannot be settled");
        }
        subject.store(&event).await;
        for end in &ends {
            assert!(!subject.settle(&event, &worker, end, at(1)).await, "a job that waits cannot be settled");
        }
        subject.take_one(&worker, at(1)).await;
        let before = subject.status(&event).await;
        for end in &ends {
            assert!(!subject.settle(&event, &other, end, at(2)).await, "a job is not settled by another worker");
        }
        assert_eq!(subject.status(&event).await, before, "who does not have a job in hand changes nothing");
        subject.end(&event, &worker, first, at(3)).await;
        let after = subject.status(&event).await;
        for end in &ends {
            assert!(!subject.settle(&event, &worker, end, at(4)).await, "a job is settled once");
        }
        assert_eq!(subject.status(&event).await, after, "a second end changes nothing");
    }
}

/// Errors are kept as [`error_text`] makes them, whatever is in them.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn errors_are_kept_as_bounded_text(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let worker = WorkerName::unique();
    let errors = ["", "no\0thing", "\u{1f422} '\"\\ \u{7f}\u{9b}\r\n{\"Err\":1}", &"\u{1f422}x".repeat(1 << 18)];
    for (number, error) in errors.into_iter().enumerate() {
        let (event, kept) = (numbered(number), Some(error_text(error)));
        subject.store(&event).await;
        subject.take_one(&worker, at(1)).await;
        subject.end(&event, &worker, &End::Retry { at: at(1), error: error.to_owned() }, at(1)).await;
        assert_eq!(subject.status(&event).await.last_error, kept, "the error of a retry is kept");
        subject.take_one(&worker, at(1)).await;
        assert_eq!(subject.status(&event).await.last_error, kept, "the error is kept during the next attempt");
        subject.end(&event, &worker, &End::Dead { error: error.to_owned() }, at(1)).await;
        assert_eq!(subject.status(&event).await.last_error, kept, "the error of a dead job is kept");
        let dead = subject.dead(None, 9).await.into_iter().find(|dead| dead.event.job() == event.job());
        assert_eq!(dead.map(|dead| dead.error), kept, "the error of a dead job is shown with it");
    }
}

/// The jobs of workers that were not heard for [`SILENCE`] are let go, and no others.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn silent_workers_lose_their_jobs(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let (silent, alive) = (WorkerName::unique(), WorkerName::unique());
    let (first, second) = (numbered(1), numbered(2));
    subject.store(&first).await;
    assert_eq!(subject.keep_alive(&silent, at(1)).await, 0, "there is nothing to let go");
    subject.take_one(&silent, at(1)).await;
    subject.store(&second).await;
    assert_eq!(subject.keep_alive(&alive, at(2)).await, 0, "a worker that was heard just now keeps its jobs");
    subject.take_one(&alive, at(2)).await;

    let end = at(1).saturating_add(SILENCE);
    assert_eq!(subject.keep_alive(&alive, end.saturating_sub(MILLISECOND)).await, 0, "no worker is silent yet");
    assert_eq!(subject.keep_alive(&alive, end).await, 1, "the job of the silent worker is let go");
    assert_eq!(subject.keep_alive(&alive, end).await, 0, "a job is let go once");
    let status = subject.status(&first).await;
    assert_eq!((status.state, status.attempts), (EventState::Failed, 1), "the attempt counts");
    assert_eq!(status.next_attempt_at, Some(end), "what was let go is due at once");
    let error = status.last_error.unwrap_or_default();
    assert!(!error.is_empty(), "there is an error that says why");
    assert!(!subject.settle(&first, &silent, &End::Done, end).await, "what was let go is not in hand any more");
    assert_eq!(subject.status(&second).await.state, EventState::Processing, "who is heard keeps its jobs");

    for attempt in 2..=ATTEMPTS {
        let worker = WorkerName::unique();
        let now = at(100 * u64::from(attempt));
        subject.keep_alive(&alive, now).await;
        subject.keep_alive(&worker, now).await;
        assert_eq!(subject.take_one(&worker, now).await.attempt, attempt, "what was let go is taken again");
        let later = now.saturating_add(SILENCE);
        assert_eq!(subject.keep_alive(&alive, later).await, 1, "the job of the silent worker is let go");
    }
    let status = subject.status(&first).await;
    assert_eq!((status.state, status.next_attempt_at), (EventState::Dead, None), "its attempts are used up");
    assert_eq!(status.attempts, ATTEMPTS, "its attempts are used up");
    let dead = subject.dead(None, 9).await;
    assert!(dead.len() == 1 && !dead[0].error.is_empty(), "what dies in the hands of silent workers says why");
    subject.end(&second, &alive, &End::Done, at(999)).await;
}

/// A dead job waits again with all its attempts; no other job does.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn a_dead_job_is_redriven(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let (event, worker) = (numbered(1), WorkerName::unique());
    let not = "only a dead job can be redriven";
    assert!(!subject.redrive(&event, at(1)).await, "{not}");
    subject.store(&event).await;
    assert!(!subject.redrive(&event, at(1)).await, "{not}");
    subject.take_one(&worker, at(1)).await;
    assert!(!subject.redrive(&event, at(1)).await, "{not}");
    subject.end(&event, &worker, &dead(), at(1)).await;
    assert_eq!((subject.load().await.jobs, subject.load().await.dead), (0, 1), "a dead job is no load");
    assert!(subject.redrive(&event, at(7)).await, "a dead job can be redriven");
    assert!(!subject.redrive(&event, at(7)).await, "{not}");
    let status = subject.status(&event).await;
    assert_eq!((status.state, status.attempts, status.updated_at), (EventState::Queued, 0, at(7)), "it waits again");
    assert!(subject.dead(None, 9).await.is_empty(), "what is redriven is not dead");
    assert_eq!((subject.load().await.jobs, subject.load().await.dead), (1, 0), "what is redriven is load");
    assert!(subject.take(&worker, 9, at(6)).await.is_empty(), "it is due when it is redriven");
    for attempt in 1..=ATTEMPTS {
        let job = subject.take_one(&worker, at(7)).await;
        assert_eq!((job.attempt, job.attempts), (attempt, ATTEMPTS), "it has all its attempts again");
        assert!(job.event.to_bytes() == event.to_bytes(), "it is what it was");
        subject.end(&event, &worker, &retry(at(7)), at(7)).await;
    }
}
