//! Stores and key sources elsewhere: slow, failing, hanging; through the same stack and the same suites as ours.

use crate::common::{
    Calls, NOW, assert_answered, assert_rejected, builder, clock, forged, github, kind,
    logs::Logs,
    retry_after,
    seams::{Conduct, RemoteKeys, RemoteRates, RemoteReplays, SLOW, Step},
    secret, send, store,
};
use axum::body::Body;
use http::{Request, Response};
use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tower::{Layer, Service};
use tower_webhook::{
    Clock, Keyring, MemoryRateStore, Monotonic, Quota, RateStore, RejectionKind, ReplayStore, Scheme, UnixTime,
    Verifier, WebhookLayer, schemes,
    testing::{FakeClock, store_conformance},
};

#[tokio::test(start_paused = true)]
async fn replay_stores_here_and_elsewhere_pass_the_same_suite() {
    let clock = clock();
    store_conformance::replay_store(async || store(), &clock, async |time| clock.advance(time)).await;
    let elsewhere = async || RemoteReplays::new(SLOW);
    store_conformance::replay_store(elsewhere, &clock, async |time| clock.advance(time)).await;
    let late = async || RemoteReplays::new(Conduct::Late(Duration::from_millis(20)));
    store_conformance::replay_store(late, &clock, async |time| clock.advance(time)).await;
}

#[test]
fn the_replay_store_in_memory_passes_the_suite_for_threads() {
    store_conformance::replay_store_across_threads(&store());
}

#[tokio::test(start_paused = true)]
async fn rate_stores_here_and_elsewhere_pass_the_same_suite() {
    let clock = clock();
    let here = async || MemoryRateStore::new(1000).unwrap();
    store_conformance::rate_store(here, &clock, async |time| clock.advance(time)).await;
    let elsewhere = async || RemoteRates::new(SLOW);
    store_conformance::rate_store(elsewhere, &clock, async |time| clock.advance(time)).await;
}

/// What every stack does, wherever its stores are.
async fn the_usual(store: impl ReplayStore, rates: impl RateStore) {
    let (clock, calls) = (clock(), Calls::default());
    let layer = builder(&clock)
        .replay_store(store)
        .rate_store(rates)
        .rate_limit(Quota::per_minute(6).unwrap())
        .failure_limit(Quota::per_minute(2).unwrap())
        .tenant_rate_limit(Quota::per_minute(4).unwrap());
    let app = layer.build().unwrap().layer(calls.handler());
    assert_answered(&send(&app, github("1")).await, 202);
    assert_rejected(&send(&app, github("1")).await, RejectionKind::Duplicate);
    assert_rejected(&send(&app, forged("2")).await, RejectionKind::SignatureMismatch);
    assert_answered(&send(&app, github("2")).await, 202);
    assert_answered(&send(&app, github("3")).await, 202);
    assert_rejected(&send(&app, github("4")).await, RejectionKind::RateLimited);
    // Of the client's six, none is left.
    assert_rejected(&send(&app, github("4")).await, RejectionKind::RateLimited);
    clock.advance(Duration::from_secs(60));
    for number in 5..9 {
        assert_answered(&send(&app, github(&number.to_string())).await, 202);
    }
    assert_eq!(calls.count(), 7);
    clock.advance(Duration::from_secs(60));
    for number in 0..2 {
        assert_rejected(&send(&app, forged(&number.to_string())).await, RejectionKind::SignatureMismatch);
    }
    assert_rejected(&send(&app, github("9")).await, RejectionKind::RateLimited);
}

#[tokio::test(start_paused = true)]
async fn stores_elsewhere_behave_like_those_in_memory() {
    the_usual(store(), MemoryRateStore::new(1000).unwrap()).await;
    the_usual(RemoteReplays::new(SLOW), RemoteRates::new(SLOW)).await;
    the_usual(RemoteReplays::new(Conduct::Late(Duration::from_millis(5))), MemoryRateStore::new(1000).unwrap()).await;
    the_usual(store(), RemoteRates::new(SLOW)).await;
}

/// It is turned away within the time-out of 250 ms, and again and again: nothing becomes a duplicate.
async fn is_down<S>(app: &S, expected: RejectionKind, calls: &Calls)
where
    S: Service<Request<Body>, Response = Response<Body>, Error: Debug> + Clone,
{
    for _ in 0..3 {
        let began = tokio::time::Instant::now();
        let response = send(app, github("{}")).await;
        assert_rejected(&response, expected);
        assert!(retry_after(&response) >= 1);
        assert!(began.elapsed() <= Duration::from_millis(300), "{:?}", began.elapsed());
    }
    assert_eq!(calls.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn while_the_replay_store_is_down_nothing_is_handled_and_nothing_is_lost() {
    for conduct in [Conduct::Failing, Conduct::Hanging] {
        let (calls, store) = (Calls::default(), RemoteReplays::new(conduct));
        let app = builder(&clock()).replay_store(store.clone()).build().unwrap().layer(calls.handler());
        is_down(&app, RejectionKind::StoreUnavailable, &calls).await;
        // A forgery is still a forgery.
        assert_rejected(&send(&app, forged("{}")).await, RejectionKind::SignatureMismatch);
        store.usually(SLOW);
        assert_answered(&send(&app, github("{}")).await, 202);
        assert_rejected(&send(&app, github("{}")).await, RejectionKind::Duplicate);
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_rate_store_is_down_nothing_is_handled() {
    let quota = Quota::per_minute(2).unwrap();
    for conduct in [Conduct::Failing, Conduct::Hanging] {
        for limit in 0..3 {
            let (calls, rates) = (Calls::default(), RemoteRates::new(conduct));
            let layer = builder(&clock()).rate_store(rates.clone());
            let layer = match limit {
                0 => layer.rate_limit(quota),
                1 => layer.tenant_rate_limit(quota),
                _ => layer.failure_limit(quota),
            };
            let app = layer.build().unwrap().layer(calls.handler());
            is_down(&app, RejectionKind::StoreUnavailable, &calls).await;
            rates.behave(SLOW);
            assert_answered(&send(&app, github("{}")).await, 202);
        }
    }
}

/// The 401 is there already; the budget could not be asked a second time.
#[tokio::test(start_paused = true)]
async fn a_failure_that_cannot_be_counted_is_still_the_answer_it_was_and_is_logged() {
    for conduct in [Conduct::Failing, Conduct::Hanging] {
        let logs = Logs::capture();
        let rates = RemoteRates::new(SLOW);
        let layer = builder(&clock()).rate_store(rates.clone()).failure_limit(Quota::per_minute(2).unwrap());
        let app = layer.build().unwrap().layer(Calls::default().handler());
        let waiting = tokio::spawn(async move { send(&app, forged("{}")).await });
        // Between the look at the budget, which is slow, and the count.
        tokio::time::sleep(Duration::from_millis(10)).await;
        rates.behave(conduct);
        assert_rejected(&waiting.await.unwrap(), RejectionKind::SignatureMismatch);
        assert_eq!(logs.errors().len(), 1, "{conduct:?}: {}", logs.everything());
    }
}

/// Whoever hangs up as soon as the answer is clear has spent its guess all the same.
#[tokio::test(start_paused = true)]
async fn a_failure_is_counted_although_the_client_goes_away() {
    let rates = RemoteRates::new(SLOW);
    let layer = builder(&clock()).rate_store(rates.clone()).failure_limit(Quota::per_minute(1).unwrap());
    let app = layer.build().unwrap().layer(Calls::default().handler());
    let hang_up = async |at: Conduct| {
        rates.behave(SLOW);
        let waiting = tokio::spawn({
            let app = app.clone();
            async move { kind(&send(&app, forged("{}")).await) }
        });
        // The look at the budget takes until 20 ms.
        tokio::time::sleep(Duration::from_millis(10)).await;
        rates.behave(at);
        tokio::time::sleep(Duration::from_millis(20)).await;
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
        tokio::time::sleep(Duration::from_millis(500)).await;
        rates.behave(SLOW);
    };
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let logs = Logs::capture();
    // No longer than the time-out of 250 ms.
    hang_up(Conduct::Hanging).await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), before);
    assert_eq!(logs.errors().len(), 1, "{}", logs.everything());
    hang_up(SLOW).await;
    assert_rejected(&send(&app, github("{}")).await, RejectionKind::RateLimited);
}

#[tokio::test(start_paused = true)]
async fn while_the_key_source_is_down_nothing_is_handled() {
    for conduct in [Conduct::Failing, Conduct::Hanging] {
        let (calls, keys, store) = (Calls::default(), RemoteKeys::new(Keyring::new(secret()), conduct), store());
        let layer = WebhookLayer::builder(schemes::GITHUB, keys.clone()).clock(clock()).replay_store(store.clone());
        let app = layer.key_timeout(Duration::from_millis(250)).build().unwrap().layer(calls.handler());
        is_down(&app, RejectionKind::KeysUnavailable, &calls).await;
        assert!(store.is_empty());
        keys.behave(SLOW);
        assert_answered(&send(&app, github("{}")).await, 202);
        assert_rejected(&send(&app, forged("{}")).await, RejectionKind::SignatureMismatch);
    }
}

#[tokio::test(start_paused = true)]
async fn who_fails_open_says_so_each_time() {
    for conduct in [Conduct::Failing, Conduct::Hanging] {
        let logs = Logs::capture();
        let calls = Calls::default();
        let layer = builder(&clock()).replay_store(RemoteReplays::new(conduct)).insecure_stores_fail_open();
        let app = layer.build().unwrap().layer(calls.handler());
        for number in 1..=3 {
            assert_answered(&send(&app, github("{}")).await, 202);
            let errors = logs.errors();
            assert_eq!(errors.len(), number, "{errors:?}");
            assert!(errors[0].contains("unguarded"), "{errors:?}");
        }
        // Only the store is forgiven.
        assert_rejected(&send(&app, forged("{}")).await, RejectionKind::SignatureMismatch);
        assert_eq!(calls.count(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn limits_that_fail_open_say_so_each_time() {
    let quota = Quota::per_minute(1).unwrap();
    for conduct in [Conduct::Failing, Conduct::Hanging] {
        let logs = Logs::capture();
        let layer = builder(&clock())
            .rate_store(RemoteRates::new(conduct))
            .rate_limit(quota)
            .failure_limit(quota)
            .tenant_rate_limit(quota)
            .insecure_stores_fail_open();
        let app = layer.build().unwrap().layer(Calls::default().handler());
        assert_answered(&send(&app, github("1")).await, 202);
        assert_eq!(logs.errors().len(), 3, "{}", logs.everything());
        assert_answered(&send(&app, github("2")).await, 202);
        assert_eq!(logs.errors().len(), 6);
    }
}

/// The answer of the handler stands, whatever the store makes of it; the log says so, and the store is told again.
#[tokio::test(start_paused = true)]
async fn a_confirmation_that_fails_does_not_change_the_answer() {
    for conduct in [Conduct::Failing, Conduct::Hanging] {
        let logs = Logs::capture();
        let (calls, store) = (Calls::default(), RemoteReplays::new(SLOW));
        store.next(Step::Confirm, conduct);
        let app = builder(&clock()).replay_store(store).build().unwrap().layer(calls.handler());
        assert_answered(&send(&app, github("{}")).await, 202);
        assert_eq!(logs.errors().len(), 1, "{}", logs.everything());
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(kind(&send(&app, github("{}")).await), Some(RejectionKind::Duplicate));
        assert_eq!(calls.count(), 1);
    }
}

/// A store that takes longer than the sender is made to wait for is still told.
#[tokio::test(start_paused = true)]
async fn a_slow_confirmation_is_not_given_up() {
    let (clock, calls, store) = (clock(), Calls::default(), RemoteReplays::new(SLOW));
    store.next(Step::Confirm, Conduct::Late(Duration::from_millis(400)));
    let app = builder(&clock).replay_store(store).build().unwrap().layer(calls.handler());
    assert_answered(&send(&app, github("{}")).await, 202);
    tokio::time::sleep(Duration::from_secs(1)).await;
    clock.advance(Duration::from_secs(3600));
    assert_eq!(kind(&send(&app, github("{}")).await), Some(RejectionKind::Duplicate));
    assert_eq!(calls.count(), 1);
}

/// The longest lease there is does not make the time it ends at overflow.
#[tokio::test(start_paused = true)]
async fn a_confirmation_is_repeated_under_a_lease_without_end_too() {
    let (calls, store) = (Calls::default(), RemoteReplays::new(SLOW));
    store.next(Step::Confirm, Conduct::Failing);
    let layer = builder(&clock()).replay_store(store).replay_lease(Duration::MAX).build().unwrap();
    let app = layer.layer(calls.handler());
    assert_answered(&send(&app, github("{}")).await, 202);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(kind(&send(&app, github("{}")).await), Some(RejectionKind::Duplicate));
}

#[tokio::test(start_paused = true)]
async fn no_task_is_left_behind_by_a_store_that_hangs() {
    let app = builder(&FakeClock::at(UnixTime::from_seconds(NOW)))
        .replay_store(RemoteReplays::new(Conduct::Hanging))
        .build()
        .unwrap()
        .layer(Calls::default().handler());
    let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    for number in 0..100 {
        assert_rejected(&send(&app, github(&number.to_string())).await, RejectionKind::StoreUnavailable);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), before);
}

/// Counts how often it is looked at.
#[derive(Clone, Debug, Default)]
struct CountedClock(Arc<AtomicUsize>);

impl Clock for CountedClock {
    fn now(&self) -> UnixTime {
        self.0.fetch_add(1, Ordering::Relaxed);
        UnixTime::from_seconds(NOW)
    }

    fn monotonic(&self) -> Monotonic {
        Monotonic::default()
    }
}

#[test]
fn a_precheck_looks_at_the_clock_for_a_scheme_that_signs_a_time() {
    let (head, ()) = Request::new(()).into_parts();
    for (recipe, looks) in [(schemes::GITHUB, 0), (schemes::STRIPE, 1), (schemes::SLACK, 1)] {
        let clock = CountedClock::default();
        let verifier = Verifier::new(recipe, secret()).unwrap().clock(clock.clone());
        assert_eq!(verifier.precheck(&head).unwrap_err().kind(), RejectionKind::SignatureMissing);
        assert_eq!(clock.0.load(Ordering::Relaxed), looks, "{}", verifier.scheme().name());
    }
}
