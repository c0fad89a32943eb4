//! Ten million distinct keys (one million in a debug build), and the memory they may cost.
#![allow(clippy::unwrap_used, missing_docs)]

use http::StatusCode;
use peak_alloc::PeakAlloc;
use std::time::Duration;
use tower_webhook::{
    MemoryRateStore, MemoryReplayStore, Monotonic, Quota, RateStore, ReplayKey, ReplayStore,
    stores::{Claim, ClaimRequest, RateKey},
};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Without optimisation, ten million take minutes.
const KEYS: u64 = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };
const LEASE: Duration = Duration::from_secs(60);

/// One test, since memory is counted for the whole process.
#[test]
fn millions_of_keys_cost_bounded_memory() {
    let before = ALLOCATOR.current_usage();
    replay_store_refuses();
    replay_store_replaces();
    rate_store_shares_a_bucket();
    let left = ALLOCATOR.current_usage().saturating_sub(before);
    assert!(left < 64 * 1024, "{left} bytes are left after the stores are gone");
}

fn peak(run: impl FnOnce()) -> usize {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    run();
    ALLOCATOR.peak_usage().saturating_sub(before)
}

/// Claims and confirms; whether there was room.
fn handle(store: &MemoryReplayStore, number: u64, now: Monotonic) -> bool {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    let key = ReplayKey::from_bytes(bytes);
    let claim = store.claim(&ClaimRequest::new(&key, LEASE, now)).into_inner();
    let Ok(Claim::Claimed(token)) = claim else { return false };
    store.confirm(&key, token, StatusCode::OK, LEASE, now).into_inner().unwrap();
    true
}

/// Nothing expires: what does not fit is refused.
fn replay_store_refuses() {
    const CAPACITY: usize = 100_000;
    let peak = peak(|| {
        let store = MemoryReplayStore::new(CAPACITY).unwrap();
        let now = Monotonic::default();
        let fits = (0..KEYS).filter(|number| handle(&store, *number, now)).count();
        assert_eq!((fits, store.len()), (CAPACITY, CAPACITY));
    });
    assert!(peak <= CAPACITY * 40, "{} bytes for each of {CAPACITY} entries", peak / CAPACITY);
}

/// A hundred thousand live at any time, of ten million.
fn replay_store_replaces() {
    const LIVE: u64 = 100_000;
    const CAPACITY: usize = 150_000;
    let peak = peak(|| {
        let store = MemoryReplayStore::new(CAPACITY).unwrap();
        for number in 0..KEYS {
            let now = Monotonic::from_origin(LEASE * u32::try_from(number / 1000).unwrap() / (LIVE / 1000) as u32);
            assert!(handle(&store, number, now), "no room for {number}");
            assert!(store.len() <= CAPACITY);
        }
    });
    assert!(peak <= LIVE as usize * 40, "{} bytes for each of {LIVE} live entries", peak / LIVE as usize);
}

/// Most keys find no room.
fn rate_store_shares_a_bucket() {
    const MAX_KEYS: usize = 100_000;
    let quota = Quota::per_minute(60).unwrap();
    let limit: std::sync::Arc<str> = "limit".into();
    let peak = peak(|| {
        let store = MemoryRateStore::new(MAX_KEYS).unwrap();
        for number in 0..KEYS {
            // A million keys a second.
            let now = Monotonic::from_origin(Duration::from_micros(number));
            let address = std::net::Ipv6Addr::from(u128::from(number) << 64).into();
            store.take(&RateKey::network(limit.clone(), address, 64), quota, now).into_inner().unwrap();
            assert!(store.len() <= MAX_KEYS);
        }
    });
    assert!(peak <= MAX_KEYS * 40, "{} bytes for each of {MAX_KEYS} keys", peak / MAX_KEYS);
}
