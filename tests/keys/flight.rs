//! `CachedKeySource` while it asks: one call for everybody who waits, and what goes wrong with it.

use super::cache::{Calls, SECOND, ask, clock, found, quick, row, slow};
use futures_util::{FutureExt as _, future::join_all};
use std::future::pending;
use tokio::{
    task::yield_now,
    time::{Instant, advance, sleep},
};
use tower_webhook::{CachedKeySource, Clock as _, KeySource};

const TIMED_OUT: &str = "no answer within 2s";
const TOO_MANY: &str = "too many look-ups are under way";

fn failed(cause: &str) -> Result<Option<String>, String> {
    Err(cause.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_thousand_concurrent_requests_make_one_call() {
    let (source, calls) = slow();
    let clock = clock();
    for (api_key, answer) in
        [("acme", found("acme")), ("unknown", Ok(None)), ("broken", failed("the database is down"))]
    {
        let began = Instant::now();
        let waiting = (0..1000).map(|_| tokio::spawn(ask(&source, api_key, &clock)));
        for asked in join_all(waiting).await {
            assert_eq!(asked.unwrap(), answer);
        }
        assert_eq!((calls.taken(), began.elapsed()), (1, SECOND), "{api_key}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_on_several_threads_make_one_call_per_selector() {
    let calls = Calls::default();
    let counted = calls.clone();
    let source = CachedKeySource::new(move |api_key: Vec<u8>| {
        counted.count();
        async move {
            yield_now().await;
            row(&api_key)
        }
    });
    let clock = clock();
    let waiting = (0..4000).map(|n| (n, tokio::spawn(ask(&source, &format!("tenant-{}", n % 40), &clock))));
    for (n, asked) in waiting.collect::<Vec<_>>() {
        assert_eq!(asked.await.unwrap(), found(&format!("tenant-{}", n % 40)));
    }
    assert_eq!(calls.taken(), 40);
}

#[tokio::test(start_paused = true)]
async fn whoever_gives_up_takes_nobody_along() {
    let (source, calls) = slow();
    let clock = clock();
    for dropped in 0..3 {
        source.clear();
        let mut waiting: Vec<_> = (0..3).map(|_| tokio::spawn(ask(&source, "acme", &clock))).collect();
        yield_now().await;
        advance(SECOND / 2).await;
        let gone = waiting.remove(dropped);
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        for asked in waiting {
            assert_eq!(asked.await.unwrap(), found("acme"));
        }
        assert_eq!(calls.taken(), 1);
        assert_eq!(ask(&source, "acme", &clock).now_or_never(), Some(found("acme")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_everybody_left_is_made_anew() {
    let (source, calls) = slow();
    let source = source.max_pending(1).unwrap();
    let clock = clock();
    for _ in 0..10 {
        // Never polled, and polled once.
        drop(ask(&source, "acme", &clock));
        assert!(ask(&source, "acme", &clock).now_or_never().is_none());
    }
    assert_eq!(calls.taken(), 10);
    assert_eq!(ask(&source, "acme", &clock).await, found("acme"));
    assert_eq!(calls.taken(), 1);
}

#[tokio::test(start_paused = true)]
async fn polling_again_after_the_answer_does_not_panic() {
    let (source, _) = quick();
    let mut asked = source.lookup(Some(b"acme"), clock().monotonic());
    assert!((&mut asked).await.unwrap().is_some());
    assert!((&mut asked).await.is_err());
}

// === What goes wrong ===

#[tokio::test(start_paused = true)]
async fn an_error_is_not_remembered() {
    let (source, calls) = quick();
    let clock = clock();
    for _ in 0..3 {
        assert_eq!(ask(&source, "broken", &clock).await, failed("the database is down"));
    }
    assert_eq!(calls.taken(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_hangs_times_out_for_all_and_is_not_remembered() {
    let calls = Calls::default();
    let counted = calls.clone();
    let source = CachedKeySource::new(move |api_key: Vec<u8>| {
        let hangs = counted.count() == 0;
        async move { if hangs { pending().await } else { row(&api_key) } }
    });
    let clock = clock();
    let began = Instant::now();
    let first = tokio::spawn(ask(&source, "acme", &clock));
    sleep(SECOND).await;
    let second = tokio::spawn(ask(&source, "acme", &clock));
    assert_eq!(first.await.unwrap(), failed(TIMED_OUT));
    assert_eq!(second.await.unwrap(), failed(TIMED_OUT));
    assert_eq!(began.elapsed(), 2 * SECOND);
    assert_eq!(ask(&source, "acme", &clock).await, found("acme"));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_an_error_for_all_and_not_remembered() {
    let calls = Calls::default();
    let counted = calls.clone();
    let source = CachedKeySource::new(move |api_key: Vec<u8>| {
        let call = counted.count();
        assert!(call != 0, "the closure panics");
        async move {
            sleep(SECOND).await;
            assert!(call != 1, "the future panics");
            row(&api_key)
        }
    })
    .max_pending(1)
    .unwrap();
    let clock = clock();
    for _ in 0..2 {
        let waiting = (0..10).map(|_| tokio::spawn(ask(&source, "acme", &clock)));
        for asked in join_all(waiting).await {
            assert_eq!(asked.unwrap(), failed("the look-up panicked"));
        }
    }
    assert_eq!(ask(&source, "acme", &clock).await, found("acme"));
    assert_eq!(calls.taken(), 3);
}

#[test]
fn without_a_runtime_it_fails_and_does_not_panic() {
    let (source, _) = quick();
    assert_eq!(ask(&source, "acme", &clock()).now_or_never(), Some(failed("the look-up panicked")));
}

#[tokio::test(start_paused = true)]
async fn one_look_up_too_many_fails_at_once() {
    let (source, calls) = slow();
    let source = source.max_pending(3).unwrap();
    let clock = clock();
    let waiting: Vec<_> = ["a", "b", "c"].map(|api_key| tokio::spawn(ask(&source, api_key, &clock))).into();
    yield_now().await;
    assert_eq!(ask(&source, "d", &clock).now_or_never(), Some(failed(TOO_MANY)));
    // Waiting for one that is under way costs nothing.
    let joined = tokio::spawn(ask(&source, "a", &clock));
    // Forgetting does not make look-ups end.
    source.clear();
    source.forget(b"b");
    assert_eq!(ask(&source, "d", &clock).now_or_never(), Some(failed(TOO_MANY)));
    for asked in waiting.into_iter().chain([joined]) {
        assert!(asked.await.unwrap().is_ok());
    }
    assert_eq!(ask(&source, "d", &clock).await, found("d"));
    assert_eq!(calls.taken(), 4);
}
