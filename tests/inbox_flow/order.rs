//! Revisions in every order.

use crate::common::{drained, event, inbox, push, state};
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};
use tower_webhook::{
    Inbox, InboxWorker, OrderGuard,
    inbox::{Backoff, EventState, Job, JobError, Missing, StatusScope},
    testing::MemoryJobStore,
};

const SECOND: Duration = Duration::from_secs(1);

fn guard() -> OrderGuard {
    OrderGuard::new("/account/id", "/revision").unwrap()
}

fn payload(entity: &str, revision: &str) -> String {
    format!(r#"{{"account":{{"id":{entity}}},"revision":{revision}}}"#)
}

/// The ids of the events that were handled, in order, by one worker with this guard.
async fn handled(inbox: &Inbox, guard: OrderGuard) -> Vec<String> {
    let ids = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&ids);
    let worker = InboxWorker::from_fn(inbox, move |job: Job| {
        seen.lock().unwrap().push(job.event.public_id().to_owned());
        async { Ok::<(), JobError>(()) }
    });
    worker.concurrency(1).order(guard).build().unwrap().run(drained(inbox)).await;
    ids.lock().unwrap().clone()
}

async fn is_obsolete(inbox: &Inbox, id: &str) -> bool {
    let status = inbox.status(&StatusScope::Endpoint("e".into()), id).await.unwrap().unwrap();
    assert_eq!(status.state, EventState::Done);
    status.obsolete
}

#[tokio::test(start_paused = true)]
async fn what_is_older_than_what_was_handled_is_obsolete() {
    for (newer, older) in [
        ("2", "1"),
        ("10", "9"),
        (r#""10""#, r#""9""#),
        ("-1", "-2"),
        ("9223372036854775807", "9223372036854775806"),
        (r#""2026-11-22T10:00:00Z""#, r#""2026-11-22T10:30:00+01:00""#),
        (r#""2026-11-22T10:00:00.0000002Z""#, r#""2026-11-22T10:00:00.0000001Z""#),
    ] {
        let inbox = inbox(&MemoryJobStore::default());
        push(&inbox, &event("e", "newer", payload("7", newer))).await;
        assert_eq!(handled(&inbox, guard()).await, ["newer"], "{newer}");
        push(&inbox, &event("e", "older", payload("7", older))).await;
        push(&inbox, &event("e", "same", payload("7", newer))).await;
        assert_eq!(handled(&inbox, guard()).await, ["same"], "{newer} {older}");
        assert!(is_obsolete(&inbox, "older").await);
        assert!(!is_obsolete(&inbox, "same").await);
    }
}

#[tokio::test(start_paused = true)]
async fn an_entity_belongs_to_its_endpoint() {
    let inbox = inbox(&MemoryJobStore::default());
    for (endpoint, entity, revision) in [("e", "7", "2"), ("f", "7", "1"), ("e", "8", "1")] {
        push(&inbox, &event(endpoint, &format!("{endpoint}{entity}"), payload(entity, revision))).await;
        assert_eq!(handled(&inbox, guard()).await.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_ordered_is_dead_unless_it_is_told_to_be_handled() {
    for payload in [
        "",
        "no JSON",
        "{}",
        r#"{"account":{"id":7}}"#,
        r#"{"account":{"id":7},"revision":1.5}"#,
        r#"{"account":{"id":7},"revision":1e3}"#,
        r#"{"account":{"id":7},"revision":""}"#,
        r#"{"account":{"id":7},"revision":"v2"}"#,
        r#"{"account":{"id":7},"revision":"2026-11-22"}"#,
        r#"{"account":{"id":7},"revision":"2026-11-22T10:00:00"}"#,
        r#"{"account":{"id":7},"revision":9223372036854775808}"#,
        r#"{"account":{"id":7},"revision":1,"revision":2}"#,
        r#"{"account":{"id":""},"revision":1}"#,
        r#"{"account":{"id":null},"revision":1}"#,
        r#"{"account":{"id":[7]},"revision":1}"#,
    ] {
        let inbox = inbox(&MemoryJobStore::default());
        push(&inbox, &event("e", "1", payload)).await;
        assert_eq!(handled(&inbox, guard()).await, [""; 0], "{payload}");
        let (dead, attempts, error) = state(&inbox, "e", "1").await;
        assert_eq!((dead, attempts), (EventState::Dead, 1), "{payload}");
        assert!(error.unwrap().ends_with("by which to order it"));

        push(&inbox, &event("e", "2", payload)).await;
        assert_eq!(handled(&inbox, guard().missing(Missing::Handle)).await, ["2"], "{payload}");
        push(&inbox, &event("e", "3", payload)).await;
        assert_eq!(handled(&inbox, guard().endpoints(["f"])).await, ["3"], "{payload}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_event_about_an_entity_is_in_hand_at_a_time_and_waiting_costs_no_attempt() {
    let inbox = inbox(&MemoryJobStore::default());
    for id in 0..5 {
        push(&inbox, &event("e", &id.to_string(), payload("7", "1"))).await;
    }
    let in_hand = Arc::new(Mutex::new((0, 0)));
    let seen = Arc::clone(&in_hand);
    let worker = InboxWorker::from_fn(&inbox, move |_| {
        let seen = Arc::clone(&seen);
        async move {
            {
                let mut seen = seen.lock().unwrap();
                seen.0 += 1;
                seen.1 = seen.0.max(seen.1);
            }
            tokio::time::sleep(5 * SECOND / 2).await;
            seen.lock().unwrap().0 -= 1;
            Ok::<(), JobError>(())
        }
    });
    worker.order(guard()).build().unwrap().run(drained(&inbox)).await;
    assert_eq!(*in_hand.lock().unwrap(), (0, 1));
    for id in 0..5 {
        assert_eq!(state(&inbox, "e", &id.to_string()).await, (EventState::Done, 1, None));
    }
}

#[test]
fn what_is_no_pointer_is_an_error_that_names_it() {
    assert_eq!(OrderGuard::new("account", "/revision").unwrap_err().field(), "order.entity");
    assert_eq!(OrderGuard::new("/account", "/a~2").unwrap_err().field(), "order.revision");
}

/// One delivery: about which entity, which revision, and how often its handler fails.
type Delivery = (u8, i64, u32);

/// Two workers share what is delivered.
async fn deliver(deliveries: Vec<Delivery>, pauses: Vec<u64>) {
    let inbox = inbox(&MemoryJobStore::default());
    let handled: Arc<Mutex<BTreeMap<u8, Vec<i64>>>> = Arc::default();
    let failures: HashMap<String, u32> =
        deliveries.iter().map(|(entity, revision, failures)| (format!("{entity}-{revision}"), *failures)).collect();
    let work = |pauses: Vec<u64>| {
        let (handled, failures) = (Arc::clone(&handled), failures.clone());
        let worker = InboxWorker::from_fn(&inbox, move |job: Job| {
            let (handled, id) = (Arc::clone(&handled), job.event.public_id().to_owned());
            let pause = Duration::from_millis(pauses[id.len() * job.attempt as usize % pauses.len()]);
            let fails = job.attempt <= failures[&id];
            async move {
                tokio::time::sleep(pause).await;
                if fails {
                    return Err(JobError::retry("this time"));
                }
                let (entity, revision) = id.split_once('-').unwrap();
                let (entity, revision) = (entity.parse().unwrap(), revision.parse().unwrap());
                handled.lock().unwrap().entry(entity).or_default().push(revision);
                Ok(())
            }
        });
        worker.concurrency(3).order(guard()).backoff(Backoff::exponential(SECOND, 5 * SECOND).unwrap()).build().unwrap()
    };
    let pushing = async {
        for (index, (entity, revision, _)) in deliveries.iter().enumerate() {
            let payload = payload(&entity.to_string(), &revision.to_string());
            push(&inbox, &event("e", &format!("{entity}-{revision}"), payload)).await;
            tokio::time::sleep(Duration::from_millis(pauses[index % pauses.len()])).await;
        }
        drained(&inbox).await;
    };
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let until = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    let (first, second) = (work(pauses.clone()), work(pauses.iter().rev().copied().collect()));
    let first = tokio::spawn(first.run(until(stopped.clone())));
    let second = tokio::spawn(second.run(until(stopped)));
    pushing.await;
    stop.send_replace(true);
    first.await.unwrap();
    second.await.unwrap();

    let handled = std::mem::take(&mut *handled.lock().unwrap());
    for (entity, revisions) in &handled {
        assert!(revisions.is_sorted_by(|earlier, later| earlier < later), "{entity}: {revisions:?}");
        let all: Vec<_> = deliveries.iter().filter(|(of, ..)| of == entity).map(|(_, revision, _)| *revision).collect();
        assert_eq!(revisions.last(), all.iter().max(), "{entity}: {revisions:?} of {all:?}");
        for revision in all {
            assert_eq!(is_obsolete(&inbox, &format!("{entity}-{revision}")).await, !revisions.contains(&revision));
        }
    }
    let entities = deliveries.iter().map(|(entity, ..)| *entity).collect::<std::collections::BTreeSet<_>>().len();
    assert_eq!(handled.len(), entities);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn in_whatever_order_revisions_come_the_newest_stands_and_what_comes_after_it_is_obsolete(
        deliveries in prop::collection::vec((0_u8..4, 0_i64..12, 0_u32..4), 1..40),
        pauses in prop::collection::vec(0_u64..3000, 1..8),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(deliver(deliveries, pauses));
    }
}
