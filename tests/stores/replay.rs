//! What the replay store in memory promises.

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
