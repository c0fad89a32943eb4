//! What the stores in memory cost: claims, duplicates and confirmations among many live entries, and rate checks.
#![allow(clippy::unwrap_used, missing_docs)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use http::StatusCode;
use std::{hint::black_box, time::Duration};
use tower_webhook::{
    MemoryRateStore, MemoryReplayStore, Monotonic, Quota, RateStore, ReplayKey, ReplayStore,
    stores::{Claim, ClaimRequest, ClaimToken, RateKey},
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

fn confirm(store: &MemoryReplayStore, key: &ReplayKey, token: ClaimToken, now: Monotonic) {
    store.confirm(key, token, StatusCode::OK, RETENTION, now).into_inner().unwrap();
}

fn replay(criterion: &mut Criterion) {
    let now = Monotonic::default();
    for live in [1_000_u64, 100_000, 1_000_000] {
        let store = MemoryReplayStore::new(50_000_000).unwrap();
        for number in 0..live {
            let key = key(number);
            confirm(&store, &key, claim(&store, &key, now).unwrap(), now);
        }
        let mut group = criterion.benchmark_group("replay");
        let mut number = 0;
        group.bench_function(BenchmarkId::new("claim fresh, release", live), |bencher| {
            bencher.iter(|| {
                number += 1;
                let key = key(live + number);
                let token = claim(&store, &key, now).unwrap();
                store.release(&key, token, now).into_inner().unwrap()
            });
        });
        group.bench_function(BenchmarkId::new("claim duplicate", live), |bencher| {
            bencher.iter(|| {
                number += 7919;
                assert!(claim(&store, black_box(&key(number % live)), now).is_none());
            });
        });
        // Each confirmation leaves an entry, and a retention passes in as many as were there: their number stays.
        let mut number = live;
        group.bench_function(BenchmarkId::new("claim fresh, confirm", live), |bencher| {
            bencher.iter(|| {
                number += 1;
                let passed = RETENTION.as_secs_f64() * (number - live) as f64 / live as f64;
                let now = Monotonic::from_origin(Duration::from_secs_f64(passed));
                let key = key(number);
                confirm(&store, &key, claim(&store, &key, now).unwrap(), now);
            });
        });
        group.finish();
    }
}

fn rate(criterion: &mut Criterion) {
    let quota = Quota::per_second(1_000_000).unwrap();
    let mut group = criterion.benchmark_group("rate");
    for keys in [1_usize, 1_000, 1_000_000] {
        let store = MemoryRateStore::new(2_000_000).unwrap();
        let keys: Vec<_> = (0..keys).map(|number| RateKey::text("limit", number.to_string())).collect();
        let mut step = 0;
        group.bench_function(BenchmarkId::new("take", keys.len()), |bencher| {
            bencher.iter(|| {
                step += 1;
                let now = Monotonic::from_origin(Duration::from_nanos(step as u64));
                store.take(&keys[step * 7919 % keys.len()], quota, now).into_inner().unwrap()
            });
        });
    }
    group.bench_function("take, spent", |bencher| {
        let store = MemoryRateStore::default();
        let (key, quota) = (RateKey::everybody("limit"), Quota::per_minute(1).unwrap());
        bencher.iter(|| store.take(&key, quota, Monotonic::default()).into_inner().unwrap());
    });
    group.finish();
}

criterion_group!(benches, replay, rate);
criterion_main!(benches);
