//! What the replay store in memory costs: claims, duplicates and confirmations among up to ten million live entries, by
//! one thread and by two.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, missing_docs)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use http::StatusCode;
use std::{
    cell::LazyCell,
    hint::black_box,
    time::{Duration, Instant},
};
use tower_webhook::{
    MemoryReplayStore, Monotonic, ReplayKey, ReplayStore,
    stores::{Claim, ClaimRequest, ClaimToken},
};

const LEASE: Duration = Duration::from_secs(60);
const RETENTION: Duration = Duration::from_secs(86_400);

/// Digests are random; these are as scattered.
fn key(number: u64) -> ReplayKey {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    bytes[8..16].copy_from_slice(&number.wrapping_mul(0xd1b5_4a32_d192_ed03).to_be_bytes());
    ReplayKey::from_bytes(bytes)
}

fn claim(store: &MemoryReplayStore, key: &ReplayKey, now: Monotonic) -> Option<ClaimToken> {
    match store.claim(&ClaimRequest::new(key, LEASE, now)).into_inner().unwrap() {
        Claim::Claimed(token) => Some(token),
        _ => None,
    }
}

fn insert(store: &MemoryReplayStore, number: u64, now: Monotonic) {
    let key = key(number);
    let token = claim(store, &key, now).unwrap();
    store.confirm(&key, token, StatusCode::OK, RETENTION, now).into_inner().unwrap();
}

fn replay(criterion: &mut Criterion) {
    // `cargo test --benches` only asks whether it runs; filling ten million takes seconds.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let sizes: &[u64] = if measured { &[1_000, 100_000, 1_000_000, 10_000_000] } else { &[1_000] };
    for live in sizes.iter().copied() {
        let now = Monotonic::default();
        // Filled only if the command line asks for one of the cases.
        let store = LazyCell::new(|| {
            let store = MemoryReplayStore::new(50_000_000).unwrap();
            (0..live).for_each(|number| insert(&store, number, now));
            store
        });
        let mut group = criterion.benchmark_group("replay");
        // A number that was not used before is a new delivery.
        let mut number = live;
        group.bench_function(BenchmarkId::new("claim fresh, release", live), |bencher| {
            let store = &*store;
            bencher.iter(|| {
                number += 1;
                let key = key(number);
                let token = claim(store, &key, now).unwrap();
                store.release(&key, token, now).into_inner().unwrap()
            });
        });
        group.bench_function(BenchmarkId::new("claim duplicate", live), |bencher| {
            let store = &*store;
            let mut number = 0;
            bencher.iter(|| {
                number += 7919;
                assert!(claim(store, black_box(&key(number % live)), now).is_none());
            });
        });
        // Each confirmation leaves an entry, and a retention passes in as many as were there: their number stays.
        let start = number;
        let moment = |number: u64| {
            Monotonic::from_origin(Duration::from_secs_f64(
                RETENTION.as_secs_f64() * (number - start) as f64 / live as f64,
            ))
        };
        group.bench_function(BenchmarkId::new("claim fresh, confirm", live), |bencher| {
            let store = &*store;
            bencher.iter(|| {
                number += 1;
                insert(store, number, moment(number));
            });
        });
        group.bench_function(BenchmarkId::new("claim fresh, confirm, two threads", live), |bencher| {
            let store = &*store;
            bencher.iter_custom(|iterations| {
                let (from, each) = (number + 1, iterations.div_ceil(2));
                number += 2 * each;
                let begun = Instant::now();
                std::thread::scope(|scope| {
                    for thread in 0..2 {
                        scope.spawn(move || {
                            for step in 0..each {
                                let number = from + 2 * step + thread;
                                insert(store, number, moment(number));
                            }
                        });
                    }
                });
                begun.elapsed()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, replay);
criterion_main!(benches);
