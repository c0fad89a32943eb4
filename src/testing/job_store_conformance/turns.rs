//! What `turn` promises.

use super::*;
use crate::inbox::store::SILENCE;

/// While an entity is held for a job, no other job has its turn.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn one_entity_is_held_by_one_job(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let (worker, other) = (WorkerName::unique(), WorkerName::unique());
    let [first, second] = [1, 2].map(numbered);
    let lost = "a job that is not in hand of this worker has no turn";
    assert_eq!(subject.turn(&first, &worker, "a", 1).await, Turn::Lost, "{lost}");
    subject.store_all(&[first.clone(), second.clone()]).await;
    assert_eq!(subject.turn(&first, &worker, "a", 1).await, Turn::Lost, "{lost}");
    assert_eq!(subject.take(&worker, 2, at(1)).await.len(), 2, "two jobs are due");
    assert_eq!(subject.turn(&first, &other, "a", 1).await, Turn::Lost, "{lost}");
    assert_eq!(subject.turn(&first, &worker, "a", 1).await, Turn::Yours, "nobody holds the entity");
    assert_eq!(subject.turn(&first, &worker, "a", 1).await, Turn::Yours, "who holds the entity still does");
    for revision in [0, 1, 2] {
        assert_eq!(subject.turn(&second, &worker, "a", revision).await, Turn::Busy, "another job holds the entity");
    }
    assert_eq!(subject.turn(&second, &worker, "A", 1).await, Turn::Yours, "other entities are held apart");
    subject.end(&first, &worker, &End::Done, at(1)).await;
    assert_eq!(subject.turn(&first, &worker, "a", 1).await, Turn::Lost, "{lost}");

    let subject_of_many: Vec<_> = (10..26).map(numbered).collect();
    subject.store_all(&subject_of_many).await;
    assert_eq!(subject.take(&other, 16, at(1)).await.len(), 16, "sixteen jobs are due");
    let turns = join_all(subject_of_many.iter().map(|event| subject.turn(event, &other, "b", 1))).await;
    let yours = turns.iter().filter(|turn| **turn == Turn::Yours).count();
    let busy = turns.iter().filter(|turn| **turn == Turn::Busy).count();
    assert_eq!((yours, busy), (1, 15), "of many that ask at once, one holds the entity");
}

/// The newest revision that was handled is what others are compared with.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn a_newer_revision_makes_older_ones_obsolete(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let subject = Subject::of(make).await;
    let worker = WorkerName::unique();
    let mut number = 0;
    let mut handle = async |entity: &str, revision: i64, end: &End, now: UnixTime| {
        number += 1;
        let event = numbered(number);
        subject.store(&event).await;
        subject.take_one(&worker, at(1)).await;
        let turn = subject.turn(&event, &worker, entity, revision).await;
        subject.end(&event, &worker, if turn == Turn::Obsolete { &End::Obsolete } else { end }, now).await;
        turn
    };
    let done = End::Done;
    assert_eq!(handle("a", 5, &done, at(1)).await, Turn::Yours, "the first revision is handled");
    assert_eq!(handle("a", 4, &done, at(1)).await, Turn::Obsolete, "an older revision is obsolete");
    assert_eq!(handle("a", i64::MIN, &done, at(1)).await, Turn::Obsolete, "an older revision is obsolete");
    assert_eq!(handle("a", 5, &done, at(1)).await, Turn::Yours, "an equal revision is handled");
    assert_eq!(handle("b", 1, &done, at(1)).await, Turn::Yours, "entities are apart");
    for end in [dead(), End::Obsolete] {
        assert_eq!(handle("a", 9, &end, at(1)).await, Turn::Yours, "a newer revision has its turn");
        assert_eq!(handle("a", 8, &dead(), at(1)).await, Turn::Yours, "what was not handled makes nothing obsolete");
    }
    assert_eq!(handle("a", i64::MAX, &done, at(50)).await, Turn::Yours, "a newer revision is handled");
    assert_eq!(handle("a", i64::MAX - 1, &done, at(50)).await, Turn::Obsolete, "revisions are told apart exactly");

    let keep = Retention::new(Duration::from_secs(100), Duration::from_secs(100));
    subject.prune(&keep, at(102)).await;
    assert_eq!(handle("b", 0, &done, at(102)).await, Turn::Yours, "an old revision is forgotten with its job");
    assert_eq!(handle("a", 0, &done, at(102)).await, Turn::Obsolete, "a revision is remembered for as long as its job");
}

/// Whatever ends an attempt ends the hold.
///
/// # Panics
///
/// When the store breaks a promise or answers with an error.
pub async fn a_hold_ends_with_its_attempt(make: impl AsyncFn() -> Arc<dyn JobStore>) {
    let far = at(9_000_000);
    for end in [End::Done, End::Obsolete, retry(far), dead(), End::Return { at: far }] {
        let subject = Subject::of(&make).await;
        let worker = WorkerName::unique();
        let [first, second] = [1, 2].map(numbered);
        subject.store_all(&[first.clone(), second.clone()]).await;
        assert_eq!(subject.take(&worker, 2, at(1)).await.len(), 2, "two jobs are due");
        assert_eq!(subject.turn(&first, &worker, "a", 1).await, Turn::Yours, "nobody holds the entity");
        assert_eq!(subject.turn(&second, &worker, "a", 2).await, Turn::Busy, "another job holds the entity");
        subject.end(&first, &worker, &end, at(1)).await;
        assert_eq!(subject.turn(&second, &worker, "a", 2).await, Turn::Yours, "the hold ends with {end:?}");
        subject.end(&second, &worker, &End::Done, at(1)).await;
    }

    let subject = Subject::of(&make).await;
    let (silent, alive) = (WorkerName::unique(), WorkerName::unique());
    let [first, second] = [1, 2].map(numbered);
    subject.store(&first).await;
    subject.keep_alive(&silent, at(1)).await;
    subject.take_one(&silent, at(1)).await;
    assert_eq!(subject.turn(&first, &silent, "a", 2).await, Turn::Yours, "nobody holds the entity");
    let later = at(1).saturating_add(SILENCE);
    assert_eq!(subject.keep_alive(&alive, later).await, 1, "the job of the silent worker is let go");
    subject.store(&second).await;
    let taken = subject.take(&alive, 2, later).await;
    assert_eq!(taken.len(), 2, "what was let go is due");
    assert_eq!(subject.turn(&first, &silent, "a", 2).await, Turn::Lost, "what was let go is lost");
    assert_eq!(subject.turn(&second, &alive, "a", 1).await, Turn::Yours, "the hold ends when its worker fell silent");
    assert_eq!(subject.turn(&first, &alive, "a", 2).await, Turn::Busy, "it is held for who was first to ask");
}
