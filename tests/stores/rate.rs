//! What the rate store in memory promises.

use super::*;

fn key(name: impl std::fmt::Display) -> RateKey {
    RateKey::text("limit", name.to_string())
}

fn take(store: &MemoryRateStore, key: &RateKey, quota: Quota, now: Duration) -> RateDecision {
    store.take(key, quota, Monotonic::from_origin(now)).into_inner().unwrap()
}

fn peek(store: &MemoryRateStore, key: &RateKey, quota: Quota, now: Duration) -> RateDecision {
    store.peek(key, quota, Monotonic::from_origin(now)).into_inner().unwrap()
}

#[test]
fn the_memory_store_conforms() {
    let clock = FakeClock::at(UnixTime::from_seconds(0));
    let suite =
        store_conformance::rate_store(async || MemoryRateStore::default(), &clock, async |time| clock.advance(time));
    futures_util::FutureExt::now_or_never(suite).unwrap();
}

#[test]
fn settings_that_cannot_work_are_refused() {
    assert_eq!(MemoryRateStore::new(0).unwrap_err().field(), "rate_limit.max_keys");
}

#[test]
fn the_time_to_wait_is_exact() {
    let store = MemoryRateStore::default();
    let quota = Quota::per(Duration::from_secs(1), 3).unwrap();
    let now = Duration::from_millis(12_345);
    for left in [2, 1, 0] {
        assert_eq!(take(&store, &key(1), quota, now), RateDecision::Allowed { remaining: left });
    }
    let RateDecision::Limited { retry_after } = take(&store, &key(1), quota, now) else { panic!("must be spent") };
    assert_eq!(retry_after, quota.interval());
    let early = now + retry_after - Duration::from_nanos(1);
    let expected = RateDecision::Limited { retry_after: Duration::from_nanos(1) };
    assert_eq!(take(&store, &key(1), quota, early), expected);
    assert_eq!(take(&store, &key(1), quota, now + retry_after), RateDecision::Allowed { remaining: 0 });
}

#[test]
fn a_flood_of_new_keys_neither_grows_the_store_nor_resets_a_spent_quota() {
    let store = MemoryRateStore::new(1000).unwrap();
    let quota = Quota::per(Duration::from_secs(3600), 10).unwrap();
    let known = key("known");
    while let RateDecision::Allowed { .. } = take(&store, &known, quota, Duration::ZERO) {}
    let mut passed = 0;
    for number in 0..20_000 {
        if matches!(take(&store, &key(number), quota, Duration::ZERO), RateDecision::Allowed { .. }) {
            passed += 1;
        }
        assert!(store.len() <= store.max_keys());
    }
    // The keys there was room for, and one more quota for all others together.
    assert_eq!(passed, 999 + 10);
    assert!(matches!(take(&store, &known, quota, Duration::ZERO), RateDecision::Limited { .. }));
    let surplus = peek(&store, &key("surplus"), quota, Duration::ZERO);
    assert!(matches!(surplus, RateDecision::Limited { .. }), "peek says what take would, got {surplus:?}");
    // The keys of the flood spent a tenth of their quota: six minutes later, there is room again.
    let later = Duration::from_secs(360);
    assert_eq!(take(&store, &key("new"), quota, later), RateDecision::Allowed { remaining: 9 });
    assert_eq!(take(&store, &known, quota, later), RateDecision::Allowed { remaining: 0 });
    assert!(matches!(take(&store, &known, quota, later), RateDecision::Limited { .. }));
}

#[test]
fn surplus_keys_of_other_limits_and_quotas_do_not_share_a_bucket() {
    let store = MemoryRateStore::new(1).unwrap();
    let (small, large) = (Quota::per_minute(1).unwrap(), Quota::per_minute(5).unwrap());
    take(&store, &key("known"), small, Duration::ZERO);
    assert_eq!(take(&store, &key(1), small, Duration::ZERO), RateDecision::Allowed { remaining: 0 });
    assert!(matches!(take(&store, &key(2), small, Duration::ZERO), RateDecision::Limited { .. }));
    assert_eq!(take(&store, &key(2), large, Duration::ZERO), RateDecision::Allowed { remaining: 4 });
    let elsewhere = RateKey::text("another limit", "1");
    assert_eq!(take(&store, &elsewhere, small, Duration::ZERO), RateDecision::Allowed { remaining: 0 });
}

#[test]
fn peeking_holds_no_key() {
    let store = MemoryRateStore::new(10).unwrap();
    let quota = Quota::per_second(5).unwrap();
    for number in 0..100 {
        assert_eq!(peek(&store, &key(number), quota, Duration::ZERO), RateDecision::Allowed { remaining: 4 });
    }
    assert!(store.is_empty());
}

#[test]
fn clones_and_threads_share_one_bucket() {
    let store = MemoryRateStore::default();
    let quota = Quota::per(Duration::from_secs(3600), 100).unwrap();
    let passed: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let store = store.clone();
                let allowed = |decision| matches!(decision, RateDecision::Allowed { .. });
                scope.spawn(move || {
                    (0..100).filter(|_| allowed(take(&store, &key("one"), quota, Duration::ZERO))).count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(passed, 100);
}

#[test]
fn extreme_times_and_quotas_do_no_harm() {
    let century = Duration::from_secs(100 * 366 * 86_400);
    let quotas = [
        Quota::per(century, 1).unwrap(),
        Quota::per(century, 1_000_000).unwrap(),
        Quota::per(Duration::from_secs(5), u32::MAX).unwrap(),
        Quota::per(Duration::from_nanos(1), 1).unwrap().burst(u32::MAX).unwrap(),
    ];
    for quota in quotas {
        let store = MemoryRateStore::new(2).unwrap();
        for now in [Duration::MAX, Duration::from_secs(u64::MAX), century * 5, Duration::ZERO, century] {
            for _ in 0..3 {
                if let RateDecision::Limited { retry_after } = take(&store, &key(1), quota, now) {
                    assert!(!retry_after.is_zero() && retry_after <= quota.window());
                }
                peek(&store, &key(1), quota, now);
            }
        }
    }
}

proptest! {
    /// The model counts in nanoseconds what has been borrowed from the future, and nothing else.
    #[test]
    fn the_memory_store_does_what_exact_arithmetic_says(
        start in 0_u64..1_000_000_000_000,
        max_keys in 3_usize..6,
        interval in 1_u64..5_000_000_000,
        burst in 1_u32..20,
        steps in prop::collection::vec((0_usize..3, 0_u64..4, any::<u64>(), any::<bool>()), 1..200),
    ) {
        let store = MemoryRateStore::new(max_keys).unwrap();
        let quota = Quota::per(Duration::from_nanos(interval), 1).unwrap().burst(burst).unwrap();
        let (interval, burst) = (i128::from(interval), i128::from(burst));
        let mut arrivals = [0_i128; 3];
        let mut now = i128::from(start);
        for (name, scale, pause, spend) in steps {
            // No pause, less than one interval, a few, or more than the window.
            now += i128::from(pause) % [1, interval, interval * 4, interval * burst * 2][scale as usize];
            let arrival = arrivals[name].max(now);
            let free = now + interval * burst - arrival;
            let expected = if free >= interval {
                RateDecision::Allowed { remaining: u32::try_from(free / interval - 1).unwrap() }
            } else {
                RateDecision::Limited { retry_after: Duration::from_nanos(u64::try_from(interval - free).unwrap()) }
            };
            let moment = Duration::from_nanos(u64::try_from(now).unwrap());
            let check = if spend { take } else { peek };
            prop_assert_eq!(check(&store, &key(name), quota, moment), expected);
            if spend && free >= interval {
                arrivals[name] = arrival + interval;
            }
            prop_assert!(store.len() <= max_keys);
        }
    }
}
