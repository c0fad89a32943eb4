//! The slots of one shard of a [`Table`](super::table::Table): sixteen bytes each, open addressing with linear probing,
//! no tombstones. Whoever inserts also looks at a few slots that may have expired.

/// Slots that an insertion examines, from where its own probe begins: what is there is in the cache by then.
const SWEPT_BY_INSERTION: usize = 8;
const FEWEST_SLOTS: usize = 8;

/// Says which values have had their time. Moments are in whatever unit suits the values.
pub(super) trait Lifetime {
    fn now(&self) -> u64;
    /// The moment from which on this value may be forgotten.
    fn end(&self, value: u64) -> u64;
    /// It was forgotten. Gives back what [`Table::reserve`] took.
    fn forgotten(&self, value: u64);

    fn is_over(&self, value: u64) -> bool {
        self.end(value) <= self.now()
    }
}

/// Scales a random number down to `0..below`; keeps the order.
pub(super) fn reduce(random: u64, below: usize) -> usize {
    ((u128::from(random) * below as u128) >> 64) as usize
}

#[derive(Clone, Copy)]
struct Slot {
    tag: u64,
    /// 0 where the slot is empty.
    value: u64,
}

const EMPTY: Slot = Slot { tag: 0, value: 0 };

/// The slots of one shard. At least a quarter is empty, so every probe ends, and most end within a few cache lines.
#[derive(Default)]
pub(super) struct Slots {
    /// Nothing expires before.
    earliest: u64,
    slots: Box<[Slot]>,
    used: usize,
}

impl Slots {
    /// Where `tag` is, if it is there and has not expired. Forgets what it meets and has expired.
    pub(super) fn find(&mut self, tag: u64, lifetime: &impl Lifetime) -> Option<usize> {
        let index = self.find_even_expired(tag, lifetime)?;
        if lifetime.is_over(self.value(index)) {
            self.remove(index, lifetime);
            return None;
        }
        Some(index)
    }

    /// Where `tag` is, if it is there, for whoever would insert it anew. Forgets what else it meets and has expired.
    pub(super) fn find_even_expired(&mut self, tag: u64, lifetime: &impl Lifetime) -> Option<usize> {
        if self.used == 0 {
            return None;
        }
        let some_are_over = self.earliest <= lifetime.now();
        let mut index = self.home(tag);
        loop {
            let slot = self.slots[index];
            if slot.value == 0 {
                return None;
            }
            if slot.tag == tag {
                return Some(index);
            }
            if some_are_over && lifetime.is_over(slot.value) {
                // What moves up into this slot has not been looked at.
                self.remove(index, lifetime);
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
        if self.earliest <= lifetime.now() {
            self.sweep(tag, lifetime);
        }
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.rebuild(lifetime);
        }
        self.earliest = self.earliest.min(lifetime.end(value));
        self.put(Slot { tag, value });
    }

    /// Examines a few slots and forgets what has expired in them.
    fn sweep(&mut self, tag: u64, lifetime: &impl Lifetime) {
        let mut index = self.home(tag);
        for _ in 0..SWEPT_BY_INSERTION.min(self.slots.len()) {
            let value = self.value(index);
            if value != 0 && lifetime.is_over(value) {
                // What moves up into this slot is looked at next.
                self.remove(index, lifetime);
            } else {
                index = self.after(index);
            }
        }
        self.shrink(lifetime);
    }

    /// Forgets everything that has expired. Says whether it had to look for it.
    pub(super) fn sweep_all(&mut self, lifetime: &impl Lifetime) -> bool {
        if self.used == 0 || self.earliest > lifetime.now() {
            return false;
        }
        self.earliest = u64::MAX;
        let mut index = 0;
        while index < self.slots.len() {
            let value = self.value(index);
            if value != 0 && lifetime.is_over(value) {
                // What moves up into this slot has not been looked at.
                self.remove(index, lifetime);
                continue;
            }
            if value != 0 {
                self.earliest = self.earliest.min(lifetime.end(value));
            }
            index += 1;
        }
        self.shrink(lifetime);
        true
    }

    fn shrink(&mut self, lifetime: &impl Lifetime) {
        if self.slots.len() > FEWEST_SLOTS && self.used * 6 < self.slots.len() {
            self.rebuild(lifetime);
        }
    }

    /// Moves what has not expired to as many slots as it needs, nine for every five entries.
    fn rebuild(&mut self, lifetime: &impl Lifetime) {
        let lives = |slot: &&Slot| slot.value != 0 && !lifetime.is_over(slot.value);
        let living = self.slots.iter().filter(lives).count();
        let wanted = ((living + 1) * 9 / 5 + 1).max(FEWEST_SLOTS);
        let old = std::mem::replace(&mut self.slots, vec![EMPTY; wanted].into_boxed_slice());
        self.used = 0;
        self.earliest = u64::MAX;
        for slot in &old {
            if lives(&slot) {
                self.earliest = self.earliest.min(lifetime.end(slot.value));
                self.put(*slot);
            } else if slot.value != 0 {
                lifetime.forgotten(slot.value);
            }
        }
    }

    fn put(&mut self, slot: Slot) {
        let mut index = self.home(slot.tag);
        while self.value(index) != 0 {
            index = self.after(index);
        }
        self.slots[index] = slot;
        self.used += 1;
    }

    /// Empties a slot, and moves up those behind it that a probe would no longer reach.
    fn remove(&mut self, index: usize, lifetime: &impl Lifetime) {
        lifetime.forgotten(self.value(index));
        self.used -= 1;
        let mut hole = index;
        let mut index = self.after(index);
        while self.value(index) != 0 {
            let moved = self.slots[index];
            if self.distance(self.home(moved.tag), index) >= self.distance(hole, index) {
                self.slots[hole] = moved;
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
        fn now(&self) -> u64 {
            self.now
        }

        fn end(&self, value: u64) -> u64 {
            value
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
                // Half of the keys are given a new life where the old one ended.
                let found =
                    if key % 2 == 0 { slots.find_even_expired(tag, &at) } else { slots.find(tag, &at) };
                let living = found.map(|index| slots.value(index)).filter(|value| *value > now);
                prop_assert_eq!(living, model.get(&tag).copied());
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
        let mut slots = Slots::default();
        // A thousand live at any time.
        for step in 0..50_000_u64 {
            let tag = step.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            slots.insert(tag, step + 1000, &At::new(step));
            assert!(slots.used <= 1500, "{} entries are held after {step} insertions", slots.used);
            assert!(slots.slots.len() <= 2500, "{} slots for 1000 entries", slots.slots.len());
        }
        // All have expired: a sweep forgets them and gives the memory back.
        assert!(slots.sweep_all(&At::new(u64::MAX)));
        assert_eq!((slots.used, slots.slots.len()), (0, FEWEST_SLOTS));
    }
}
