//! A rate check by client address, beside the same check by governor's own keyed limiter with its own clock.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, missing_docs)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use governor::{RateLimiter, clock::DefaultClock};
use std::{
    hint::black_box,
    net::{IpAddr, Ipv4Addr},
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};
use tower_webhook::{Clock, MemoryRateStore, Quota, RateStore, SystemClock, stores::RateKey};

const RATE: u32 = 1_000_000;

/// The addresses are spread, and so is the order in which they come.
fn address(number: u32) -> IpAddr {
    Ipv4Addr::from_bits(number.wrapping_mul(0x9e37_79b1)).into()
}

/// Runs `check` for `keys` addresses, from as many threads as it says.
fn run(threads: u32, keys: u32, iterations: u64, check: impl Fn(IpAddr) + Sync) -> Duration {
    let (check, each) = (&check, iterations.div_ceil(threads.into()));
    let work = move |thread: u32| {
        let mut number = thread;
        for _ in 0..each {
            number = number.wrapping_add(7919);
            check(address(number % keys));
        }
    };
    let begun = Instant::now();
    if threads == 1 {
        work(0);
    } else {
        std::thread::scope(|scope| (0..threads).for_each(|thread| drop(scope.spawn(move || work(thread)))));
    }
    begun.elapsed()
}

fn rate_limit(criterion: &mut Criterion) {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let counts: &[u32] = if measured { &[1, 100, 10_000, 1_000_000] } else { &[1, 100] };
    for keys in counts.iter().copied() {
        let mut group = criterion.benchmark_group("rate_limit");

        let theirs = RateLimiter::<IpAddr, _, _, _>::dashmap_with_clock(
            governor::Quota::per_second(NonZeroU32::new(RATE).unwrap()),
            DefaultClock::default(),
        );
        let governor = |ip| {
            let _ = black_box(theirs.check_key(&ip));
        };

        let store = MemoryRateStore::new(2_000_000).unwrap();
        let quota = Quota::per_second(RATE).unwrap();
        let limit: Arc<str> = "client-ip".into();
        let (frozen, clock) = (SystemClock.monotonic(), SystemClock);
        let take = |ip, now| {
            let key = RateKey::network(limit.clone(), ip, 32);
            black_box(store.take(&key, quota, now).into_inner().unwrap());
        };
        let ours = |ip| take(ip, clock.monotonic());
        let ours_without_clock = |ip| take(ip, frozen);

        for threads in [1, 2] {
            let name = |what: &str| BenchmarkId::new(format!("{what}, {threads} threads"), keys);
            group.bench_function(name("governor"), |bencher| {
                bencher.iter_custom(|iterations| run(threads, keys, iterations, governor));
            });
            group.bench_function(name("ours"), |bencher| {
                bencher.iter_custom(|iterations| run(threads, keys, iterations, ours));
            });
            group.bench_function(name("ours, the time is known"), |bencher| {
                bencher.iter_custom(|iterations| run(threads, keys, iterations, ours_without_clock));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, rate_limit);
criterion_main!(benches);
