//! A bounded table of fingerprints: what both stores in memory keep their entries in.
//!
//! Sixteen bytes a slot, open addressing with linear probing, no tombstones. It is cut into shards, each behind a lock
//! of its own and small enough to be rebuilt while others wait. Nothing runs in the background: whoever inserts also
//! looks at a few slots that may have expired.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Slots that an insertion examines besides its own.
const SWEPT_BY_INSERTION: usize = 8;
const FEWEST_SLOTS: usize = 8;
const MOST_SHARDS: usize = 512;
const ENTRIES_PER_SHARD: usize = 512;

/// Says which values have had their time.
pub(super) trait Lifetime {
    /// Whether this value may be forgotten.
    fn is_over(&self, value: u64) -> bool;
    /// It was forgotten. Gives back what [`Table::reserve`] took.
    fn forgotten(&self, value: u64);
}

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
    shards: Box<[Aligned<B>]>,
    capacity: usize,
    /// Reserved entries. Goes up before an entry is there and down after it is gone, so it never understates.
    held: AtomicUsize,
    /// The shard that the next reclaim begins with.
    cursor: AtomicUsize,
    /// Reclaims in a row that found nothing.
    fruitless: AtomicUsize,
    /// Unknown to senders, who could otherwise choose deliveries that crowd one shard.
    seeds: [u64; 4],
}

/// Two locks on one cache line would slow each other down.
#[repr(align(64))]
struct Aligned<B>(Mutex<Shard<B>>);

#[derive(Default)]
pub(super) struct Shard<B> {
    pub(super) slots: Slots,
    pub(super) beside: B,
}

impl<B: Default> Table<B> {
    /// Holds at most `capacity` entries.
    pub(super) fn new(capacity: usize) -> Self {
        let shards = (capacity / ENTRIES_PER_SHARD).next_power_of_two().clamp(1, MOST_SHARDS);
        let random = RandomState::new();
        Self {
            shards: (0..shards).map(|_| Aligned(Mutex::default())).collect(),
            capacity,
            held: AtomicUsize::new(0),
            cursor: AtomicUsize::new(0),
            fruitless: AtomicUsize::new(0),
            seeds: std::array::from_fn(|seed| random.hash_one(seed) | 1),
        }
    }

    pub(super) fn place(&self, fingerprint: u128) -> Place {
        // Two rounds of a Feistel network: a permutation, so no two fingerprints become one.
        let [first, second, third, fourth] = self.seeds;
        let (high, low) = ((fingerprint >> 64) as u64, fingerprint as u64);
        let high = high ^ fold(low ^ first, second);
        let tag = low ^ fold(high ^ third, fourth);
        Place { shard: reduce(high.wrapping_mul(fourth), self.shards.len()), tag }
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
        self.held.load(Ordering::Relaxed)
    }

    /// Takes room for one entry, if there is any.
    pub(super) fn reserve(&self) -> bool {
        self.held
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| (held < self.capacity).then_some(held + 1))
            .is_ok()
    }

    /// Gives the room of one entry back.
    pub(super) fn unreserve(&self) {
        // Wraps only if called without a `reserve`; then the table counts as full, which is the safe way to be wrong.
        self.held.fetch_sub(1, Ordering::Relaxed);
    }

    /// Looks for expired entries in some `budget` slots, more after each search that found none, and in what is beside
    /// them; `beside` says how many entries it looked at. Hold no lock.
    pub(super) fn reclaim(&self, budget: usize, lifetime: &impl Lifetime, mut beside: impl FnMut(&mut B) -> usize) {
        let before = self.len();
        let mut budget = budget << self.fruitless.load(Ordering::Relaxed).min(3);
        for _ in 0..self.shards.len() {
            // Wraps at a multiple of the number of shards, which is a power of two.
            let shard = self.cursor.fetch_add(1, Ordering::Relaxed) % self.shards.len();
            let mut shard = self.lock_shard(shard);
            let looked_at = beside(&mut shard.beside) + shard.slots.sweep(budget, lifetime);
            drop(shard);
            budget = budget.saturating_sub(looked_at);
            if budget == 0 {
                break;
            }
        }
        // Others insert and remove meanwhile; a wrong guess only makes the next search longer or shorter.
        if self.len() < before {
            self.fruitless.store(0, Ordering::Relaxed);
        } else {
            self.fruitless.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn fold(value: u64, by: u64) -> u64 {
    let product = u128::from(value) * u128::from(by);
    (product >> 64) as u64 ^ product as u64
}

/// Scales a random number down to `0..below`; keeps the order.
fn reduce(random: u64, below: usize) -> usize {
    ((u128::from(random) * below as u128) >> 64) as usize
}

#[derive(Clone, Copy)]
struct Slot {
    tag: u64,
    /// 0 where the slot is empty.
    value: u64,
}

const EMPTY: Slot = Slot { tag: 0, value: 0 };

/// The slots of one shard. At least one in seven is empty, so every probe ends.
#[derive(Default)]
pub(super) struct Slots {
    slots: Box<[Slot]>,
    used: usize,
    /// The next slot to be swept.
    hand: usize,
}

impl Slots {
    /// Where `tag` is, if it is there and has not expired. Forgets what it meets and has expired.
    pub(super) fn find(&mut self, tag: u64, lifetime: &impl Lifetime) -> Option<usize> {
        if self.used == 0 {
            return None;
        }
        let mut index = self.home(tag);
        loop {
            let slot = self.slots[index];
            if slot.value == 0 {
                return None;
            }
            if lifetime.is_over(slot.value) {
                // What moves up into this slot has not been looked at.
                self.remove(index, lifetime);
            } else if slot.tag == tag {
                return Some(index);
            } else {
                index = self.after(index);
            }
        }
    }

    pub(super) fn value(&self, index: usize) -> u64 {
        self.slots[index].value
    }

    /// Replaces the value of an entry that [`find`](Self::find) found. `value` is not 0.
    pub(super) fn replace(&mut self, index: usize, value: u64) {
        self.slots[index].value = value;
    }

    /// Adds an entry for which room was reserved and which [`find`](Self::find) did not find. `value` is not 0.
    pub(super) fn insert(&mut self, tag: u64, value: u64, lifetime: &impl Lifetime) {
        self.sweep(SWEPT_BY_INSERTION, lifetime);
        if (self.used + 1) * 20 > self.slots.len() * 17 {
            self.rebuild(lifetime);
        }
        self.put(Slot { tag, value });
    }

    /// Examines up to `count` slots and forgets those that have expired. Says how many it examined.
    fn sweep(&mut self, count: usize, lifetime: &impl Lifetime) -> usize {
        let count = count.min(self.slots.len());
        for _ in 0..count {
            if self.hand >= self.slots.len() {
                self.hand = 0;
            }
            let value = self.slots[self.hand].value;
            if value != 0 && lifetime.is_over(value) {
                self.remove(self.hand, lifetime);
            } else {
                self.hand += 1;
            }
        }
        if self.slots.len() > FEWEST_SLOTS && self.used * 6 < self.slots.len() {
            self.rebuild(lifetime);
        }
        count
    }

    /// Moves what has not expired to as many slots as it needs, about three for every two entries.
    fn rebuild(&mut self, lifetime: &impl Lifetime) {
        let lives = |slot: &&Slot| slot.value != 0 && !lifetime.is_over(slot.value);
        let living = self.slots.iter().filter(lives).count();
        let wanted = ((living + 1) * 20 / 13 + 1).max(FEWEST_SLOTS);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; wanted].into_boxed_slice());
        self.used = 0;
        self.hand = 0;
        for slot in &old {
            if lives(&slot) {
                self.put(*slot);
            } else if slot.value != 0 {
                lifetime.forgotten(slot.value);
            }
        }
    }

    fn put(&mut self, slot: Slot) {
        let mut index = self.home(slot.tag);
        while self.slots[index].value != 0 {
            index = self.after(index);
        }
        self.slots[index] = slot;
        self.used += 1;
    }

    /// Empties a slot, and moves up those behind it that a probe would no longer reach.
    fn remove(&mut self, index: usize, lifetime: &impl Lifetime) {
        lifetime.forgotten(self.slots[index].value);
        self.used -= 1;
        let mut hole = index;
        let mut index = self.after(index);
        while self.slots[index].value != 0 {
            let home = self.home(self.slots[index].tag);
            if self.distance(home, index) >= self.distance(hole, index) {
                self.slots[hole] = self.slots[index];
                hole = index;
            }
            index = self.after(index);
        }
        self.slots[hole] = EMPTY;
    }

    fn home(&self, tag: u64) -> usize {
        reduce(tag, self.slots.len())
    }

    fn after(&self, index: usize) -> usize {
        if index + 1 == self.slots.len() { 0 } else { index + 1 }
    }

    /// Steps from one slot on to another.
    fn distance(&self, from: usize, to: usize) -> usize {
        if to >= from { to - from } else { to + self.slots.len() - from }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::{cell::Cell, collections::HashMap};

    /// A value is over when it is at most `now`.
    struct At {
        now: u64,
        forgotten: Cell<usize>,
    }

    impl At {
        const fn new(now: u64) -> Self {
            Self { now, forgotten: Cell::new(0) }
        }
    }

    impl Lifetime for At {
        fn is_over(&self, value: u64) -> bool {
            value <= self.now
        }

        fn forgotten(&self, _: u64) {
            self.forgotten.set(self.forgotten.get() + 1);
        }
    }

    fn tags(slots: &Slots) -> usize {
        slots.slots.iter().filter(|slot| slot.value != 0).count()
    }

    proptest! {
        /// Tags come from both ends of the range, so that probes run into each other and around the end.
        #[test]
        fn finds_what_a_map_finds(steps in prop::collection::vec((0_u64..60, 1_u64..40, 0_u64..3), 1..400)) {
            let (mut slots, mut model, mut now) = (Slots::default(), HashMap::new(), 0);
            for (key, life, passes) in steps {
                now += passes;
                let at = At::new(now);
                let tag = if key < 30 { key } else { u64::MAX - key };
                model.retain(|_, value| *value > now);
                let found = slots.find(tag, &at);
                prop_assert_eq!(found.map(|index| slots.value(index)), model.get(&tag).copied());
                match found {
                    Some(index) => slots.replace(index, now + life),
                    None => slots.insert(tag, now + life, &at),
                }
                model.insert(tag, now + life);
                prop_assert_eq!(slots.used, tags(&slots));
                for (tag, value) in &model {
                    let index = slots.find(*tag, &At::new(now));
                    prop_assert_eq!(index.map(|index| slots.value(index)), Some(*value));
                }
            }
        }
    }

    #[test]
    fn insertions_alone_keep_expired_entries_few() {
        let table = Table::<()>::new(1);
        let mut slots = Slots::default();
        // A thousand live at any time.
        for step in 0..50_000_u64 {
            let tag = table.place(u128::from(step)).tag;
            slots.insert(tag, step + 1000, &At::new(step));
            assert!(slots.used <= 1500, "{} entries are held after {step} insertions", slots.used);
            assert!(slots.slots.len() <= 2500, "{} slots for 1000 entries", slots.slots.len());
        }
        // All have expired: a sweep forgets them and gives the memory back.
        let at = At::new(u64::MAX);
        for _ in 0..10 {
            slots.sweep(1000, &at);
        }
        assert_eq!((slots.used, slots.slots.len()), (0, FEWEST_SLOTS));
    }

    #[test]
    fn counter_like_fingerprints_spread_evenly() {
        let table = Table::<()>::new(1 << 20);
        for shift in [0, 32, 64, 120] {
            let mut counts = vec![0_usize; table.shards.len()];
            for number in 0..100_u128 * 256 {
                counts[table.place(number << shift).shard] += 1;
            }
            let (fewest, most) = (counts.iter().min(), counts.iter().max());
            let expected = if shift == 120 { 0..=100 * 256 } else { 10..=120 };
            assert!(
                fewest.zip(most).is_some_and(|(fewest, most)| expected.contains(fewest) && expected.contains(most))
            );
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
