//! What `push` promises.

use super::*;

/// An event is stored once, whatever becomes of its job.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn a_used_key_is_known(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let (event, worker) = (numbered(1), WorkerName::unique());
    subject.store(&event).await;
    let known = async |when: &str| {
        assert_eq!(subject.push_at(&event, at(9)).await, Pushed::Known, "an event is known when its job {when}");
    };
    known("waits").await;
    subject.take_one(&worker, at(1)).await;
    known("is in hand").await;
    subject.end(&event, &worker, &retry(at(2)), at(1)).await;
    known("waits for another attempt").await;
    subject.take_one(&worker, at(2)).await;
    subject.end(&event, &worker, &dead(), at(2)).await;
    known("is dead").await;
    assert!(subject.redrive(&event, at(3)).await, "a dead job can be redriven");
    known("is redriven").await;
    subject.take_one(&worker, at(3)).await;
    subject.end(&event, &worker, &End::Done, at(3)).await;
    known("is done").await;
    assert!(subject.take(&worker, 10, at(99)).await.is_empty(), "a known event makes no other job");

    // The same event elsewhere is another one.
    subject.store(&super::event("elsewhere", None, "evt_1", 0)).await;
    subject.store(&super::event("hooks", Some("acme"), "evt_1", 0)).await;
}

/// Bounds are exact, count what waits and what is in hand, and are asked after whether the event is known.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn a_full_store_takes_nothing_new(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(&make).await;
    let worker = WorkerName::unique();
    let two = PushTerms::new(2, 1 << 20, ATTEMPTS, at(0));
    for number in [1, 2] {
        assert_eq!(subject.push_within(&numbered(number), &two).await, Pushed::New, "there is room for two jobs");
    }
    assert_eq!(subject.push_within(&numbered(3), &two).await, Pushed::Full, "there is no room for a third job");
    assert_eq!(subject.push_within(&numbered(1), &two).await, Pushed::Known, "known comes before full");
    assert_eq!(subject.take(&worker, 2, at(1)).await.len(), 2, "what did not fit was not stored");
    assert_eq!(subject.push_within(&numbered(3), &two).await, Pushed::Full, "jobs in hand take up room");
    subject.end(&numbered(1), &worker, &End::Done, at(1)).await;
    assert_eq!(subject.push_within(&numbered(3), &two).await, Pushed::New, "a job that is done takes up no room");
    subject.end(&numbered(2), &worker, &dead(), at(1)).await;
    assert_eq!(subject.push_within(&numbered(4), &two).await, Pushed::New, "a job that is dead takes up no room");
    assert!(subject.redrive(&numbered(2), at(2)).await, "a dead job can be redriven when the store is full");
    assert_eq!(subject.push_within(&numbered(5), &two).await, Pushed::Full, "a job that is redriven takes up room");

    let subject = Subject::of(&make).await;
    let bytes = numbered(1).payload().len() as u64;
    let within = |bytes| PushTerms::new(100, bytes, ATTEMPTS, at(0));
    let short = subject.push_within(&numbered(1), &within(bytes - 1)).await;
    assert_eq!(short, Pushed::Full, "a payload of one byte too many does not fit");
    let exact = subject.push_within(&numbered(1), &within(bytes)).await;
    assert_eq!(exact, Pushed::New, "a payload of just the bytes that are left fits");
    let short = subject.push_within(&numbered(2), &within(2 * bytes - 1)).await;
    assert_eq!(short, Pushed::Full, "the payloads count together");
    let exact = subject.push_within(&numbered(2), &within(2 * bytes)).await;
    assert_eq!(exact, Pushed::New, "the payloads count together, and nothing else");
    let load = subject.load().await;
    assert_eq!((load.jobs, load.bytes), (2, 2 * bytes), "the load is what was stored");
    assert_eq!(load.oldest, Some(at(0)), "the oldest was received then");
}

/// Of sixty-four concurrent pushes of one event, one is new.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn one_of_many_concurrent_pushes_is_new(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    for number in 0..5 {
        let event = numbered(number);
        let pushed = join_all((0..64).map(|_| subject.push_at(&event, at(0)))).await;
        let new = pushed.iter().filter(|pushed| **pushed == Pushed::New).count();
        let known = pushed.iter().filter(|pushed| **pushed == Pushed::Known).count();
        assert_eq!(
            (new, known),
            (1, 63),
            "of concurrent pushes of one event one is new, and it is known to all others"
        );
    }
    let jobs = subject.take(&WorkerName::unique(), 99, at(1)).await;
    assert_eq!(jobs.len(), 5, "each event is one job");
}

/// The bounds are exact among concurrent pushes, too.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn bounds_hold_among_concurrent_pushes(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let terms = PushTerms::new(10, 1 << 20, ATTEMPTS, at(0));
    let events: Vec<_> = (0..64).map(numbered).collect();
    let pushed = join_all(events.iter().map(|event| subject.push_within(event, &terms))).await;
    let new = pushed.iter().filter(|pushed| **pushed == Pushed::New).count();
    let full = pushed.iter().filter(|pushed| **pushed == Pushed::Full).count();
    assert_eq!((new, full), (10, 54), "of concurrent pushes, as many are new as there was room for");
    assert_eq!(subject.load().await.jobs, 10, "of concurrent pushes, as many are stored as are said to be new");
}
