//! A map that forgets what is old and never grows past its capacity.

use crate::time::Monotonic;
use std::collections::{BTreeMap, HashMap};

/// SHA-256 of a selector.
pub(super) type Digest = [u8; 32];

/// Entries by digest, the first to expire leaving first.
///
/// All entries of one map live equally long, so the first to expire is also the oldest: one order serves both.
pub(super) struct Bounded<V> {
    entries: HashMap<Digest, Entry<V>>,
    queue: BTreeMap<Turn, Digest>,
    inserted: u64,
}

struct Entry<V> {
    value: V,
    turn: Turn,
}

/// When an entry leaves; the number tells apart those that expire at the same moment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    expires: Monotonic,
    number: u64,
}

impl<V> Bounded<V> {
    pub(super) fn new() -> Self {
        Self { entries: HashMap::new(), queue: BTreeMap::new(), inserted: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get(&self, digest: &Digest, now: Monotonic) -> Option<&V> {
        self.entries.get(digest).filter(|entry| now < entry.turn.expires).map(|entry| &entry.value)
    }

    /// Makes room first: the oldest go until there is some.
    pub(super) fn insert(&mut self, digest: Digest, value: V, expires: Monotonic, capacity: usize) {
        self.remove(&digest);
        while self.entries.len() >= capacity {
            let Some((_, oldest)) = self.queue.pop_first() else { return };
            self.entries.remove(&oldest);
        }
        self.inserted = self.inserted.wrapping_add(1);
        let turn = Turn { expires, number: self.inserted };
        self.queue.insert(turn, digest);
        self.entries.insert(digest, Entry { value, turn });
    }

    pub(super) fn remove(&mut self, digest: &Digest) {
        if let Some(entry) = self.entries.remove(digest) {
            self.queue.remove(&entry.turn);
        }
    }

    /// Drops what expired, so that a secret does not outstay its welcome just because nobody asks for it.
    pub(super) fn drop_expired(&mut self, now: Monotonic) {
        while let Some(oldest) = self.queue.first_entry() {
            if now < oldest.key().expires {
                return;
            }
            self.entries.remove(&oldest.remove());
        }
    }

    pub(super) fn clear(&mut self) {
        self.entries.clear();
        self.queue.clear();
    }
}
