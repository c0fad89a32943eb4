//! `IpSet::contains` against a linear search through the same prefixes.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ipnet::IpNet;
use std::{
    hint::black_box,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};
use tower_webhook::IpSet;

/// Random, but the same every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    #[allow(clippy::cast_possible_truncation)]
    fn v4(&mut self) -> IpAddr {
        Ipv4Addr::from_bits(self.next() as u32).into()
    }

    fn v6(&mut self) -> IpAddr {
        Ipv6Addr::from_bits((0x2000 << 112) | u128::from(self.next()) << 48 | u128::from(self.next())).into()
    }

    fn ip(&mut self, family: &str) -> IpAddr {
        if family == "v4" { self.v4() } else { self.v6() }
    }
}

fn contains(criterion: &mut Criterion) {
    for (family, shortest, spread) in [("v4", 20, 9), ("v6", 40, 25)] {
        let mut group = criterion.benchmark_group(format!("allowlist_{family}"));
        group.throughput(Throughput::Elements(1));
        for count in [10, 1_000, 10_000, 100_000] {
            let mut random = Random(7);
            let networks: Vec<IpNet> = (0..count)
                .map(|_| {
                    let length = shortest + u8::try_from(random.next() % spread).unwrap_or_default();
                    IpNet::new_assert(random.ip(family), length).trunc()
                })
                .collect();
            // Half of them hits.
            let asked: Vec<IpAddr> = (0..4096_usize)
                .map(|index| {
                    let network = networks[usize::try_from(random.next()).unwrap_or_default() % networks.len()];
                    if index % 2 == 0 { network.broadcast() } else { random.ip(family) }
                })
                .collect();
            let set = IpSet::from_networks(networks.iter().copied()).expect("they are prefixes");
            let mut next = (0..asked.len()).cycle();
            group.bench_function(BenchmarkId::new("ip_set", count), |bencher| {
                bencher.iter(|| set.contains(black_box(asked[next.next().unwrap_or_default()])));
            });
            group.bench_function(BenchmarkId::new("linear", count), |bencher| {
                bencher.iter(|| {
                    let ip = black_box(asked[next.next().unwrap_or_default()]);
                    networks.iter().any(|network| network.contains(&ip))
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, contains);
criterion_main!(benches);
