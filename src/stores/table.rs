//! A bounded table of fingerprints: what both stores in memory keep their entries in.
//!
//! It is cut into shards, each behind a lock of its own and small enough to be rebuilt while others wait. Nothing runs
//! in the background.

use super::slots::{Lifetime, Slots, reduce};
use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// Entries for which a further shard pays, up to [`SHARDS`] of them.
const ENTRIES_PER_SHARD: usize = 512;
const SHARDS: usize = 512;
/// Whoever rebuilds a shard holds its lock: so many entries take well under a millisecond.
const MOST_ENTRIES_PER_SHARD: usize = 16_384;
const MOST_SHARDS: usize = 4096;

/// Where a fingerprint belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    shard: usize,
    /// Stands for the fingerprint within its shard: 64 bits, so that ten million entries collide with a new one once in
    /// 10^14 times.
    pub(super) tag: u64,
}

/// `B` is what a user of the table keeps beside the slots of each shard, under the same lock.
pub(super) struct Table<B> {
    shards: Box<[Apart<Mutex<Shard<B>>>]>,
    capacity: usize,
    /// Reserved entries. Goes up before an entry is there and down after it is gone, so it never understates.
    held: Apart<AtomicUsize>,
    /// The shard that the next reclaim begins with.
    cursor: AtomicUsize,
    /// Unknown to senders, who could otherwise choose deliveries that crowd one shard.
    seeds: [u64; 4],
}

/// On cache lines of its own, which come in pairs: what one thread writes slows down whoever reads beside it.
#[repr(align(128))]
struct Apart<T>(T);

// In this order behind the lock, all that a look-up reads of a shard is on one cache line.
#[derive(Default)]
#[repr(C)]
pub(super) struct Shard<B> {
    pub(super) slots: Slots,
    pub(super) beside: B,
}

impl<B: Default> Table<B> {
    /// Holds at most `capacity` entries.
    pub(super) fn new(capacity: usize) -> Self {
        let shards = (capacity / ENTRIES_PER_SHARD).min(SHARDS).max(capacity.div_ceil(MOST_ENTRIES_PER_SHARD));
        let shards = shards.clamp(1, MOST_SHARDS).next_power_of_two();
        let random = RandomState::new();
        Self {
            shards: (0..shards).map(|_| Apart(Mutex::default())).collect(),
            capacity,
            held: Apart(AtomicUsize::new(0)),
            cursor: AtomicUsize::new(0),
            seeds: std::array::from_fn(|seed| random.hash_one(seed) | 1),
        }
    }

    pub(super) fn place(&self, fingerprint: u128) -> Place {
        // Rounds of a Feistel network: a permutation, so no two fingerprints become one.
        let [first, second, third, fourth] = self.seeds;
        let (high, low) = ((fingerprint >> 64) as u64, fingerprint as u64);
        let high = high ^ fold(low ^ first, second);
        let tag = low ^ fold(high ^ third, fourth);
        // A product of counter-like numbers alone would spread them in waves.
        let high = high ^ fold(tag ^ first, second);
        Place { shard: reduce(high, self.shards.len()), tag }
    }

    pub(super) fn lock(&self, place: Place) -> MutexGuard<'_, Shard<B>> {
        self.lock_shard(place.shard)
    }

    fn lock_shard(&self, shard: usize) -> MutexGuard<'_, Shard<B>> {
        // Nothing panics while it holds the lock; were that to change, a half-done change loses an entry at worst.
        self.shards[shard].0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) const fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn len(&self) -> usize {
        self.held.0.load(Ordering::Relaxed)
    }

    /// Takes room for one entry, if there is any.
    pub(super) fn reserve(&self) -> bool {
        self.held
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| (held < self.capacity).then_some(held + 1))
            .is_ok()
    }

    /// Gives the room of one entry back.
    pub(super) fn unreserve(&self) {
        // Wraps only if called without a `reserve`; then the table counts as full, which is the safe way to be wrong.
        self.held.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// Looks into the next `shards` shards, and forgets everything that has expired in the first `sweeps` of them that
    /// may hold any. `beside` does so for what is kept beside the slots, and says whether it had to look. Hold no lock.
    ///
    /// A shard that was swept is not swept again before something in it expires, so being full costs little.
    pub(super) fn reclaim(
        &self,
        (shards, sweeps): (usize, usize),
        lifetime: &impl Lifetime,
        beside: impl Fn(&mut B) -> bool,
    ) {
        let mut swept = 0;
        for _ in 0..shards.min(self.shards.len()) {
            // Wraps at a multiple of the number of shards, which is a power of two.
            let shard = self.cursor.fetch_add(1, Ordering::Relaxed) % self.shards.len();
            let mut shard = self.lock_shard(shard);
            let looked_beside = beside(&mut shard.beside);
            if shard.slots.sweep_all(lifetime) || looked_beside {
                swept += 1;
            }
            if swept == sweeps {
                break;
            }
        }
    }
}

/// Every bit of the result depends on every bit of `value`.
pub(super) fn fold(value: u64, by: u64) -> u64 {
    let product = u128::from(value) * u128::from(by);
    (product >> 64) as u64 ^ product as u64
}

/// Stops at what 64 bits hold, after five centuries.
pub(super) fn nanos(duration: Duration) -> u64 {
    duration.as_secs().saturating_mul(1_000_000_000).saturating_add(duration.subsec_nanos().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counter_like_fingerprints_spread_evenly() {
        let table = Table::<()>::new(1 << 20);
        for shift in [0, 32, 64] {
            let mut counts = vec![0_usize; table.shards.len()];
            for number in 0..100_u128 * 256 {
                counts[table.place(number << shift).shard] += 1;
            }
            let (fewest, most) = (counts.iter().min(), counts.iter().max());
            // 50 on average, of 25,600 in 512 shards.
            assert!(fewest >= Some(&10) && most <= Some(&120), "{fewest:?} to {most:?}");
        }
    }

    #[test]
    fn reservations_never_exceed_the_capacity() {
        let table = Table::<()>::new(3);
        assert_eq!([(); 5].map(|()| table.reserve()), [true, true, true, false, false]);
        table.unreserve();
        assert!(table.reserve() && !table.reserve());
        assert_eq!((table.len(), table.capacity()), (3, 3));
    }
}
