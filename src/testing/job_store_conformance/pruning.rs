//! What `prune` promises.

use super::*;

const KEEP: Retention = Retention::new(Duration::from_secs(100), Duration::from_secs(200));

/// Ended jobs are forgotten once they are older than they were to be kept, and no others.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn ended_jobs_are_forgotten_in_time(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let worker = WorkerName::unique();
    let [done, obsolete, died, retried, in_hand] = [1, 2, 3, 4, 5].map(numbered);
    let waiting = numbered(6);
    subject.store_all(&[done.clone(), obsolete.clone(), died.clone(), retried.clone(), in_hand.clone()]).await;
    subject.take(&worker, 9, at(0)).await;
    subject.store(&waiting).await;
    subject.end(&done, &worker, &End::Done, at(1)).await;
    subject.end(&obsolete, &worker, &End::Obsolete, at(1)).await;
    subject.end(&died, &worker, &dead(), at(1)).await;
    subject.end(&retried, &worker, &retry(at(1)), at(1)).await;

    assert_eq!(subject.prune(&KEEP, at(101)).await, 0, "nothing is older than it is to be kept");
    for event in [&done, &obsolete] {
        assert_eq!(subject.push_at(event, at(101)).await, Pushed::Known, "a job is known for as long as it is kept");
    }
    let later = at(101).saturating_add(MILLISECOND);
    assert_eq!(
        subject.prune(&KEEP, later).await,
        2,
        "what has been done for longer than it is to be kept is forgotten"
    );
    assert_eq!(subject.prune(&KEEP, later).await, 0, "a job is forgotten once");
    assert_eq!(subject.push_at(&done, later).await, Pushed::New, "what was forgotten is not known");

    let dead = subject.dead(None, 9).await;
    let whole = dead.len() == 1 && dead[0].event.to_bytes() == died.to_bytes();
    assert!(whole, "a dead job keeps its payload for as long as it is kept");
    assert_eq!(subject.prune(&KEEP, at(201)).await, 0, "a dead job is kept for its own time");
    assert_eq!(subject.prune(&KEEP, at(202)).await, 1, "what has been dead for longer than that is forgotten");
    assert!(subject.dead(None, 9).await.is_empty(), "what was forgotten is not listed");
    assert_eq!(subject.load().await.dead, 0, "what was forgotten is not counted");

    assert_eq!(subject.prune(&KEEP, at(99_999)).await, 0, "jobs that have not ended are never forgotten");
    for event in [&retried, &in_hand, &waiting] {
        assert_eq!(subject.push_at(event, at(99_999)).await, Pushed::Known, "a job that has not ended stays known");
    }
    assert_eq!(subject.load().await.jobs, 4, "what has not ended is there");
}

/// One call forgets a thousand jobs at most.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn pruning_is_bounded(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let worker = WorkerName::unique();
    let events: Vec<_> = (0..1003).map(numbered).collect();
    subject.store_all(&events).await;
    assert_eq!(subject.take(&worker, 2000, at(0)).await.len(), 1003, "as many are taken as were asked for");
    let (done, died) = events.split_at(501);
    for some in done.chunks(50) {
        join_all(some.iter().map(|event| subject.end(event, &worker, &End::Done, at(1)))).await;
    }
    let hopeless = dead();
    for some in died.chunks(50) {
        join_all(some.iter().map(|event| subject.end(event, &worker, &hopeless, at(1)))).await;
    }
    assert_eq!(subject.prune(&KEEP, at(999)).await, 1000, "one call forgets a thousand jobs at most");
    assert_eq!(subject.prune(&KEEP, at(999)).await, 3, "the next call forgets the rest");
}
