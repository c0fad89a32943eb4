//! The stores in memory, through their public interface.
#![allow(clippy::unwrap_used, missing_docs)]

use http::StatusCode;
use proptest::prelude::*;
use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tower_webhook::{
    MemoryRateStore, MemoryReplayStore, Monotonic, Quota, RateStore, ReplayKey, ReplayStore, TenantId, UnixTime,
    stores::{Claim, ClaimRequest, ClaimToken, RateDecision, RateKey, Settled, StoreErrorKind},
    testing::{FakeClock, store_conformance},
};

const LEASE: Duration = Duration::from_secs(60);
const RETENTION: Duration = Duration::from_secs(600);

fn at(seconds: u64) -> Monotonic {
    Monotonic::from_origin(Duration::from_secs(seconds))
}

fn key(number: usize) -> ReplayKey {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(number as u64).to_be_bytes());
    ReplayKey::from_bytes(bytes)
}

fn tenant(name: &str) -> TenantId {
    TenantId::new(name).unwrap()
}

fn claim(store: &MemoryReplayStore, number: usize, now: Monotonic) -> Result<Claim, StoreErrorKind> {
    claim_for(store, None, number, now)
}

fn claim_for(
    store: &MemoryReplayStore,
    tenant: Option<&TenantId>,
    number: usize,
    now: Monotonic,
) -> Result<Claim, StoreErrorKind> {
    let key = key(number);
    let request = ClaimRequest::new(&key, LEASE, now).tenant(tenant);
    store.claim(&request).into_inner().map_err(|error| error.kind())
}

fn confirm(store: &MemoryReplayStore, number: usize, token: ClaimToken, now: Monotonic) -> Settled {
    store.confirm(&key(number), token, StatusCode::OK, RETENTION, now).into_inner().unwrap()
}

/// Claims and confirms; whether there was room.
fn handle(store: &MemoryReplayStore, tenant: Option<&TenantId>, number: usize, now: Monotonic) -> bool {
    match claim_for(store, tenant, number, now) {
        Ok(Claim::Claimed(token)) => confirm(store, number, token, now) == Settled::Held,
        Err(StoreErrorKind::Full) => false,
        other => panic!("delivery {number} should be new, got {other:?}"),
    }
}

const DONE: Result<Claim, StoreErrorKind> = Ok(Claim::Done { status: Some(StatusCode::OK) });

mod replay {
    use super::*;

    #[test]
    fn the_memory_store_conforms() {
        let clock = FakeClock::at(UnixTime::from_seconds(0));
        let suite = store_conformance::replay_store(
            async || MemoryReplayStore::default(),
            &clock,
            async |time| clock.advance(time),
        );
        futures_util::FutureExt::now_or_never(suite).unwrap();
    }

    #[test]
    fn the_memory_store_conforms_across_threads() {
        store_conformance::replay_store_across_threads(&MemoryReplayStore::new(100).unwrap());
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        assert_eq!(MemoryReplayStore::new(0).unwrap_err().field(), "replay.capacity");
        let store = MemoryReplayStore::new(10).unwrap();
        assert_eq!(store.clone().tenant_share(0).unwrap_err().field(), "replay.tenant_share");
        assert_eq!(store.clone().tenant_share(11).unwrap_err().field(), "replay.tenant_share");
        assert!(store.tenant_share(10).is_ok());
    }

    #[test]
    fn a_full_store_refuses_and_forgets_nothing() {
        for capacity in [1, 2, 3, 1000, 5000] {
            let store = MemoryReplayStore::new(capacity).unwrap();
            for number in 0..capacity {
                assert!(handle(&store, None, number, at(1)), "entry {number} of {capacity} must fit");
            }
            for number in capacity..capacity + 500 {
                assert_eq!(claim(&store, number, at(2)), Err(StoreErrorKind::Full));
            }
            assert_eq!(store.len(), capacity);
            for number in 0..capacity {
                assert_eq!(claim(&store, number, at(600)), DONE, "entry {number} of {capacity} must be remembered");
            }
        }
    }

    #[test]
    fn deliveries_in_flight_count_too() {
        let store = MemoryReplayStore::new(2).unwrap();
        let Ok(Claim::Claimed(token)) = claim(&store, 1, at(0)) else { panic!("1 must be claimed") };
        assert!(handle(&store, None, 2, at(0)));
        assert_eq!(claim(&store, 3, at(0)), Err(StoreErrorKind::Full));
        assert_eq!(claim(&store, 1, at(0)), Ok(Claim::InFlight { lease_left: Some(LEASE) }));
        store.release(&key(1), token, at(0)).into_inner().unwrap();
        assert!(handle(&store, None, 3, at(0)));
        assert_eq!(claim(&store, 4, at(0)), Err(StoreErrorKind::Full));
    }

    #[test]
    fn a_lease_that_ran_out_can_be_taken_over_in_a_full_store() {
        let store = MemoryReplayStore::new(1).unwrap();
        assert!(matches!(claim(&store, 1, at(0)), Ok(Claim::Claimed(_))));
        assert!(matches!(claim(&store, 1, at(60)), Ok(Claim::Claimed(_))));
        assert_eq!(claim(&store, 2, at(60)), Err(StoreErrorKind::Full));
        assert!(matches!(claim(&store, 2, at(120)), Ok(Claim::Claimed(_))), "nobody settled 1: its room is free");
        assert_eq!(store.len(), 1);
    }

    #[test]
    fn expiry_alone_makes_room() {
        for capacity in [1, 3, 1000, 20_000] {
            let store = MemoryReplayStore::new(capacity).unwrap();
            for round in 0..3 {
                let now = at(round as u64 * 600);
                for number in 0..capacity {
                    assert!(handle(&store, None, round * capacity + number, now), "round {round} of {capacity}");
                }
            }
        }
    }

    #[test]
    fn room_is_found_soon_when_a_small_part_has_expired() {
        let store = MemoryReplayStore::new(200_000).unwrap();
        for number in 0..200_000 {
            let now = at(if number % 100 == 0 { 0 } else { 300 });
            assert!(handle(&store, None, number, now));
        }
        for number in 200_000..202_000 {
            let fits = (0..4).any(|_| handle(&store, None, number, at(600)));
            assert!(fits, "one entry in a hundred has expired, but there is no room for {number}");
        }
    }

    #[test]
    fn a_steady_flow_keeps_few_expired_entries() {
        let store = MemoryReplayStore::new(1_000_000).unwrap();
        // Ten a second for 600 seconds: 6000 live ones at any time.
        for number in 0..60_000 {
            assert!(handle(&store, None, number, at(number as u64 / 10)));
            assert!(store.len() <= 9_000, "{} are held, 6000 are live", store.len());
        }
    }

    #[test]
    fn leases_that_nobody_settles_do_not_accumulate() {
        let store = MemoryReplayStore::new(1_000_000).unwrap();
        for number in 0..200_000 {
            assert!(matches!(claim(&store, number, at(number as u64)), Ok(Claim::Claimed(_))));
            assert!(store.len() <= 40_000, "{} are held, 60 are live", store.len());
        }
    }

    #[test]
    fn a_tenant_cannot_use_up_what_the_others_need() {
        let store = MemoryReplayStore::new(100).unwrap().tenant_share(10).unwrap();
        let (loud, quiet) = (tenant("loud"), tenant("quiet"));
        let fits = (0..100).filter(|number| handle(&store, Some(&loud), *number, at(0))).count();
        assert_eq!(fits, 10);
        assert!((100..110).all(|number| handle(&store, Some(&quiet), number, at(0))));
        assert!(!handle(&store, Some(&quiet), 110, at(0)));
        assert!((200..280).all(|number| handle(&store, None, number, at(0))), "without a tenant, all may be used");
        assert!(!handle(&store, None, 280, at(0)));
        assert_eq!(claim_for(&store, Some(&loud), 0, at(0)), DONE);
        // What expires and what is released goes back to the tenant it came from.
        assert!((300..310).all(|number| handle(&store, Some(&loud), number, at(600))));
        assert!(!handle(&store, Some(&loud), 310, at(600)));
    }

    #[test]
    fn a_released_claim_goes_back_to_the_tenants_share() {
        let store = MemoryReplayStore::new(4).unwrap();
        let tenant = tenant("one");
        for _ in 0..20 {
            let Ok(Claim::Claimed(token)) = claim_for(&store, Some(&tenant), 1, at(0)) else { panic!("no room") };
            assert_eq!(claim_for(&store, Some(&tenant), 2, at(0)), Err(StoreErrorKind::Full));
            store.release(&key(1), token, at(0)).into_inner().unwrap();
        }
        assert!(store.is_empty());
    }

    #[test]
    fn the_capacity_holds_while_threads_race_for_the_last_place() {
        for capacity in [1, 3, 100] {
            let store = MemoryReplayStore::new(capacity).unwrap();
            let claimed = AtomicUsize::new(0);
            std::thread::scope(|scope| {
                for thread in 0..4 {
                    let (store, claimed) = (store.clone(), &claimed);
                    scope.spawn(move || {
                        for number in 0..200 {
                            if handle(&store, None, thread * 1000 + number, at(0)) {
                                claimed.fetch_add(1, Ordering::Relaxed);
                            }
                            assert!(store.len() <= capacity);
                        }
                    });
                }
            });
            assert_eq!((claimed.into_inner(), store.len()), (capacity, capacity));
        }
    }

    #[test]
    fn times_at_the_end_of_their_range_do_no_harm() {
        let store = MemoryReplayStore::new(10).unwrap();
        let end = Monotonic::from_origin(Duration::MAX);
        let held = ClaimToken::new(1);
        for (number, now) in [at(0), at(u64::from(u32::MAX)), at(u64::MAX), end].into_iter().enumerate() {
            let key = key(number);
            let request = ClaimRequest::new(&key, Duration::MAX, now);
            assert!(matches!(store.claim(&request).into_inner(), Ok(Claim::Claimed(_))));
            store.renew(&key, held, Duration::MAX, now).into_inner().unwrap();
            store.confirm(&key, held, StatusCode::OK, Duration::MAX, now).into_inner().unwrap();
            assert_eq!(claim(&store, number, now), DONE);
            assert_eq!(claim(&store, number, end), DONE, "a retention without end never ends");
            store.release(&key, held, end).into_inner().unwrap();
        }
    }

    /// What the store should do, written as plainly as possible. One second is one step of time.
    #[derive(Default)]
    struct Model {
        leases: HashMap<usize, (ClaimToken, u64)>,
        done: HashMap<usize, (StatusCode, u64)>,
    }

    #[derive(Clone, Debug)]
    enum Step {
        Claim { key: usize, lease: u64 },
        Confirm { key: usize, token: usize, status: u16, retention: u64 },
        Release { key: usize, token: usize },
        Renew { key: usize, token: usize, lease: u64 },
        Advance { seconds: u64 },
    }

    fn step() -> impl Strategy<Value = Step> {
        let (key, token, time) = (0_usize..12, 0_usize..4, 0_u64..20);
        prop_oneof![
            4 => (key.clone(), time.clone()).prop_map(|(key, lease)| Step::Claim { key, lease }),
            2 => (key.clone(), token.clone(), 200_u16..600, time.clone())
                .prop_map(|(key, token, status, retention)| Step::Confirm { key, token, status, retention }),
            1 => (key.clone(), token.clone()).prop_map(|(key, token)| Step::Release { key, token }),
            1 => (key, token, time).prop_map(|(key, token, lease)| Step::Renew { key, token, lease }),
            2 => (0_u64..8).prop_map(|seconds| Step::Advance { seconds }),
        ]
    }

    proptest! {
        #[test]
        fn the_memory_store_does_what_a_naive_one_does(
            capacity in 1_usize..10,
            steps in prop::collection::vec(step(), 1..200),
        ) {
            let store = MemoryReplayStore::new(capacity).unwrap();
            let mut model = Model::default();
            // The tokens of each key, latest last.
            let mut tokens: HashMap<usize, Vec<ClaimToken>> = HashMap::new();
            let mut seconds = 0;
            for step in steps {
                let now = at(seconds);
                // What has expired is as if it had never been, for its room is free to whoever needs it.
                let live = model.leases.values().filter(|lease| lease.1 > seconds).count()
                    + model.done.values().filter(|done| done.1 > seconds).count();
                let token_of = |key: usize, back: usize| {
                    tokens.get(&key).and_then(|all| all.iter().rev().nth(back)).copied().unwrap_or(ClaimToken::new(0))
                };
                match step {
                    Step::Advance { seconds: passed } => seconds += passed,
                    Step::Claim { key: number, lease } => {
                        let key = key(number);
                        let request = ClaimRequest::new(&key, Duration::from_secs(lease), now);
                        let claim = store.claim(&request).into_inner().map_err(|error| error.kind());
                        if let Some(done) = model.done.get(&number).filter(|done| done.1 > seconds) {
                            prop_assert_eq!(claim, Ok(Claim::Done { status: Some(done.0) }));
                        } else if let Some(held) = model.leases.get(&number).filter(|lease| lease.1 > seconds) {
                            let lease_left = Some(Duration::from_secs(held.1 - seconds));
                            prop_assert_eq!(claim, Ok(Claim::InFlight { lease_left }));
                        } else if live == capacity {
                            prop_assert_eq!(claim, Err(StoreErrorKind::Full));
                        } else {
                            let Ok(Claim::Claimed(token)) = claim else { panic!("expected a claim, got {claim:?}") };
                            prop_assert!(!tokens.entry(number).or_default().contains(&token));
                            tokens.entry(number).or_default().push(token);
                            model.leases.insert(number, (token, seconds + lease));
                        }
                    }
                    Step::Confirm { key: number, token, status, retention } => {
                        let token = token_of(number, token);
                        let status = StatusCode::from_u16(status).unwrap();
                        let settled =
                            store.confirm(&key(number), token, status, Duration::from_secs(retention), now).into_inner();
                        let lease = model.leases.get(&number).copied().filter(|lease| lease.1 > seconds);
                        let done = model.done.get(&number).copied().filter(|done| done.1 > seconds);
                        if lease.is_none() && done.is_none() && live == capacity {
                            let error = settled.map_err(|error| error.kind());
                            prop_assert_eq!(error, Err(StoreErrorKind::Full));
                            continue;
                        }
                        let held = lease.is_some_and(|lease| lease.0 == token);
                        prop_assert_eq!(settled.unwrap(), if held { Settled::Held } else { Settled::Lost });
                        model.leases.remove(&number);
                        let until = (seconds + retention).max(done.map_or(0, |done| done.1));
                        model.done.insert(number, (status, until));
                    }
                    Step::Release { key: number, token } => {
                        let token = token_of(number, token);
                        let settled = store.release(&key(number), token, now).into_inner().unwrap();
                        let held = model.leases.get(&number).is_some_and(|lease| *lease == (token, lease.1) && lease.1 > seconds);
                        prop_assert_eq!(settled, if held { Settled::Held } else { Settled::Lost });
                        if held {
                            model.leases.remove(&number);
                        }
                    }
                    Step::Renew { key: number, token, lease } => {
                        let token = token_of(number, token);
                        let settled = store.renew(&key(number), token, Duration::from_secs(lease), now).into_inner();
                        let held = model.leases.get_mut(&number).filter(|lease| lease.0 == token && lease.1 > seconds);
                        prop_assert_eq!(settled.unwrap(), if held.is_some() { Settled::Held } else { Settled::Lost });
                        if let Some(held) = held {
                            held.1 = seconds + lease;
                        }
                    }
                }
                prop_assert!(store.len() <= capacity);
            }
        }
    }
}

mod rate {
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
        let suite = store_conformance::rate_store(
            async || MemoryRateStore::default(),
            &clock,
            async |time| clock.advance(time),
        );
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
}
