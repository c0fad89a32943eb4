//! `CachedKeySource`. Look-ups take tokio's paused time; answers age by a `FakeClock`.

use super::{assert_debug_is_redacted, secret};
use futures_util::FutureExt as _;
use std::{
    error::Error as _,
    future::{Ready, ready},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    task::yield_now,
    time::{advance, sleep},
};
use tower_webhook::{
    CachedKeySource, Clock as _, ConfigError, KeySource, Keyring, Tenant, UnixTime,
    secrets::{Credentials, KeyLookup, KeySourceError},
    testing::FakeClock,
};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// Who owns an API key: `unknown…` nobody, `broken…` an error, any other a tenant of that name.
pub(crate) fn row(api_key: &[u8]) -> Result<Option<Credentials>, KeySourceError> {
    match std::str::from_utf8(api_key).unwrap() {
        api_key if api_key.starts_with("broken") => Err(KeySourceError::new("the database is down")),
        api_key if api_key.starts_with("unknown") => Ok(None),
        api_key => Ok(Some(Tenant::new(api_key, secret()).unwrap().into())),
    }
}

#[derive(Clone, Default)]
pub(crate) struct Calls(pub(crate) Arc<AtomicUsize>);

impl Calls {
    pub(crate) fn count(&self) -> usize {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    /// How many there were since this was last asked.
    pub(crate) fn taken(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// Answers at once.
pub(crate) fn quick() -> (CachedKeySource<impl KeyLookup>, Calls) {
    let calls = Calls::default();
    let counted = calls.clone();
    let source = CachedKeySource::new(move |api_key| {
        counted.count();
        ready(row(&api_key))
    });
    (source, calls)
}

/// Answers after one second.
pub(crate) fn slow() -> (CachedKeySource<impl KeyLookup>, Calls) {
    let calls = Calls::default();
    let counted = calls.clone();
    let source = CachedKeySource::new(move |api_key| {
        counted.count();
        async move {
            sleep(SECOND).await;
            row(&api_key)
        }
    });
    (source, calls)
}

pub(crate) fn clock() -> FakeClock {
    FakeClock::at(UnixTime::from_seconds(1_764_000_000))
}

/// The tenant that `source` finds, or the cause of its error.
pub(crate) fn ask<S: KeySource>(
    source: &S,
    api_key: &str,
    clock: &FakeClock,
) -> impl Future<Output = Result<Option<String>, String>> + Send + Unpin + use<S> {
    source.lookup(Some(api_key.as_bytes()), clock.monotonic()).map(|answer| match answer {
        Ok(credentials) => Ok(credentials.map(|found| found.tenant().unwrap().id().to_string())),
        Err(error) => Err(error.source().unwrap().to_string()),
    })
}

pub(crate) fn found(tenant: &str) -> Result<Option<String>, String> {
    Ok(Some(tenant.to_owned()))
}

// === What is remembered, and for how long ===

#[tokio::test(start_paused = true)]
async fn an_answer_is_remembered_and_then_ready_at_the_first_poll() {
    let (source, calls) = slow();
    let clock = clock();
    assert!(source.selects());
    assert_eq!(ask(&source, "acme", &clock).await, found("acme"));
    assert_eq!(ask(&source, "unknown", &clock).await, Ok(None));
    assert_eq!(calls.taken(), 2);

    assert_eq!(ask(&source, "acme", &clock).now_or_never(), Some(found("acme")));
    assert_eq!(ask(&source.clone(), "unknown", &clock).now_or_never(), Some(Ok(None)));
    assert_eq!(calls.taken(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_answer_counts_until_its_ttl_is_over() {
    let (source, calls) = quick();
    let source = source.ttl(60 * SECOND).unwrap().negative_ttl(10 * SECOND).unwrap();
    let clock = clock();
    for api_key in ["acme", "unknown"] {
        let ttl = if api_key == "acme" { 60 * SECOND } else { 10 * SECOND };
        let answer = ask(&source, api_key, &clock).await;
        clock.advance(ttl - Duration::from_nanos(1));
        // The wall clock has no say in it.
        clock.set_wall_clock(UnixTime::from_seconds(i64::MAX));
        assert_eq!(ask(&source, api_key, &clock).await, answer);
        assert_eq!(calls.taken(), 1, "{api_key}");
        clock.advance(Duration::from_nanos(1));
        assert_eq!(ask(&source, api_key, &clock).await, answer);
        assert_eq!(calls.taken(), 1, "{api_key}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_ttl_counts_from_the_start_of_the_look_up() {
    let (source, calls) = slow();
    let source = source.ttl(10 * SECOND).unwrap();
    let clock = clock();
    let early = ask(&source, "acme", &clock);
    clock.advance(9 * SECOND);
    assert_eq!(early.await, found("acme"));
    assert_eq!(ask(&source, "acme", &clock).now_or_never(), Some(found("acme")));
    clock.advance(SECOND);
    assert_eq!(ask(&source, "acme", &clock).await, found("acme"));
    assert_eq!(calls.taken(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_longest_ttl_does_not_overflow() {
    let (source, calls) = quick();
    let source = source.ttl(Duration::MAX).unwrap().lookup_timeout(Duration::MAX).unwrap();
    let clock = clock();
    clock.advance(Duration::MAX - SECOND);
    for _ in 0..3 {
        assert_eq!(ask(&source, "acme", &clock).await, found("acme"));
    }
    assert_eq!(calls.taken(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_without_a_selector_belongs_to_nobody() {
    let (source, calls) = slow();
    assert!(source.lookup(None, clock().monotonic()).now_or_never().unwrap().unwrap().is_none());
    assert_eq!(calls.taken(), 0);
}

#[tokio::test(start_paused = true)]
async fn selectors_need_not_be_text() {
    let source = CachedKeySource::new(|api_key: Vec<u8>| {
        ready(Ok((api_key == [0xff; 8192]).then(|| Keyring::new(secret()).into())))
    });
    let now = clock().monotonic();
    assert!(source.lookup(Some(&[0xff; 8192]), now).await.unwrap().is_some());
    assert!(source.lookup(Some(&[0xff; 8191]), now).await.unwrap().is_none());
    assert!(source.lookup(Some(b""), now).await.unwrap().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_type_of_ones_own_can_be_asked() {
    struct Table;
    impl KeyLookup for Table {
        type Lookup = Ready<Result<Option<Credentials>, KeySourceError>>;
        fn lookup(&self, selector: &[u8]) -> Self::Lookup {
            ready(row(selector))
        }
    }
    assert_eq!(ask(&CachedKeySource::from_lookup(Table), "acme", &clock()).await, found("acme"));
}

// === Capacity ===

#[tokio::test(start_paused = true)]
async fn made_up_api_keys_take_bounded_room_and_push_no_real_one_out() {
    let (source, calls) = quick();
    let source = source.capacity(10).unwrap().negative_capacity(1000).unwrap();
    let clock = clock();
    for n in 0..10 {
        ask(&source, &format!("tenant-{n}"), &clock).await.unwrap();
    }
    for n in 0..100_000 {
        assert_eq!(ask(&source, &format!("unknown-{n}"), &clock).await, Ok(None));
    }
    assert_eq!(calls.taken(), 100_010);
    let printed = format!("{source:?}");
    assert!(printed.contains("known: 10, unknown: 1000, in_flight: 0"), "{printed}");

    for n in 0..10 {
        let api_key = format!("tenant-{n}");
        assert_eq!(ask(&source, &api_key, &clock).now_or_never(), Some(found(&api_key)));
    }
    assert_eq!(ask(&source, "unknown-99000", &clock).await, Ok(None));
    assert_eq!(calls.taken(), 0);
    assert_eq!(ask(&source, "unknown-98999", &clock).await, Ok(None));
    assert_eq!(calls.taken(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_oldest_makes_room_for_the_next() {
    let (source, calls) = quick();
    let source = source.capacity(3).unwrap();
    let clock = clock();
    for api_key in ["a", "b", "c"] {
        ask(&source, api_key, &clock).await.unwrap();
        clock.advance(SECOND);
    }
    // Being asked for does not make it younger: a revoked key must not live on because it is busy.
    ask(&source, "a", &clock).await.unwrap();
    ask(&source, "d", &clock).await.unwrap();
    assert_eq!(calls.taken(), 4);
    for api_key in ["b", "c", "d"] {
        assert_eq!(ask(&source, api_key, &clock).now_or_never(), Some(found(api_key)));
    }
    ask(&source, "a", &clock).await.unwrap();
    assert_eq!(calls.taken(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_expired_is_dropped_by_the_next_look_up_of_anything() {
    let (source, _) = quick();
    let clock = clock();
    for n in 0..100 {
        ask(&source, &format!("tenant-{n}"), &clock).await.unwrap();
        ask(&source, &format!("unknown-{n}"), &clock).await.unwrap();
    }
    clock.advance(60 * SECOND);
    ask(&source, "acme", &clock).await.unwrap();
    let printed = format!("{source:?}");
    assert!(printed.contains("known: 1, unknown: 0, in_flight: 0"), "{printed}");
}

// === Rotation ===

/// Answers after one second with what the table said when it was asked.
fn rotating() -> (CachedKeySource<impl KeyLookup>, Calls) {
    let version = Calls::default();
    let table = version.clone();
    let source = CachedKeySource::new(move |_| {
        let tenant = Tenant::new(format!("version-{}", table.0.load(Ordering::Relaxed)), secret()).unwrap();
        async move {
            sleep(SECOND).await;
            Ok(Some(tenant.into()))
        }
    });
    (source, version)
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_answer_is_looked_up_anew() {
    let (source, calls) = quick();
    let clock = clock();
    for api_key in ["acme", "umbrella", "unknown"] {
        ask(&source, api_key, &clock).await.unwrap();
    }
    source.forget(b"acme");
    source.forget(b"unknown");
    source.forget(b"never heard of");
    assert_eq!(calls.taken(), 3);
    for (api_key, made) in [("umbrella", 0), ("acme", 1), ("unknown", 1)] {
        ask(&source, api_key, &clock).await.unwrap();
        assert_eq!(calls.taken(), made, "{api_key}");
    }
    source.clone().clear();
    for api_key in ["acme", "umbrella", "unknown"] {
        ask(&source, api_key, &clock).await.unwrap();
    }
    assert_eq!(calls.taken(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_before_the_rotation_is_not_remembered() {
    for forget_one in [true, false] {
        let (source, version) = rotating();
        let clock = clock();
        let before = tokio::spawn(ask(&source, "acme", &clock));
        // Lets it start, so that it ends half a second before the next one.
        yield_now().await;
        advance(SECOND / 2).await;

        version.count();
        if forget_one {
            source.forget(b"acme");
        } else {
            source.clear();
        }
        // Whoever comes after the rotation does not join the old look-up.
        let after = tokio::spawn(ask(&source, "acme", &clock));
        yield_now().await;
        let joined = tokio::spawn(ask(&source, "acme", &clock));
        assert_eq!(before.await.unwrap(), found("version-0"));
        // The old one is over, and has taken nothing of the new one away.
        version.count();
        assert_eq!(ask(&source, "acme", &clock).await, found("version-1"));
        assert_eq!(after.await.unwrap(), found("version-1"));
        assert_eq!(joined.await.unwrap(), found("version-1"));
        assert_eq!(ask(&source, "acme", &clock).now_or_never(), Some(found("version-1")));
    }
}

#[tokio::test(start_paused = true)]
async fn forgetting_one_selector_leaves_the_look_ups_of_others_alone() {
    let (source, calls) = slow();
    let clock = clock();
    let acme = tokio::spawn(ask(&source, "acme", &clock));
    yield_now().await;
    source.forget(b"umbrella");
    assert_eq!(acme.await.unwrap(), found("acme"));
    assert_eq!(ask(&source, "acme", &clock).now_or_never(), Some(found("acme")));
    assert_eq!(calls.taken(), 1);
}

// === Set-up ===

#[test]
fn a_zero_is_refused_by_name() {
    let zero = |option: &dyn Fn() -> ConfigError, field: &str| {
        assert_eq!(option().to_string(), format!("`{field}` must be more than zero"));
    };
    zero(&|| quick().0.ttl(Duration::ZERO).unwrap_err(), "ttl");
    zero(&|| quick().0.negative_ttl(Duration::ZERO).unwrap_err(), "negative_ttl");
    zero(&|| quick().0.capacity(0).unwrap_err(), "capacity");
    zero(&|| quick().0.negative_capacity(0).unwrap_err(), "negative_capacity");
    zero(&|| quick().0.lookup_timeout(Duration::ZERO).unwrap_err(), "lookup_timeout");
    zero(&|| quick().0.max_pending(0).unwrap_err(), "max_pending");
}

#[tokio::test(start_paused = true)]
async fn neither_secrets_nor_selectors_are_printed() {
    let (source, _) = slow();
    let clock = clock();
    let asked = source.lookup(Some(super::SECRET.as_bytes()), clock.monotonic());
    assert_debug_is_redacted(&asked);
    assert_debug_is_redacted(&source);
    let answer = asked.await;
    assert_debug_is_redacted(&source);
    assert!(answer.is_ok());
}
