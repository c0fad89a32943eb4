//! How many entries each tenant has in a store, by a number small enough to be kept in every entry.

use crate::secrets::TenantId;
use std::{
    collections::HashMap,
    sync::{
        OnceLock, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Bits of a tenant's number; number 0 is nobody.
pub(super) const TENANT_BITS: u32 = 22;

#[derive(Default)]
pub(super) struct TenantCounts {
    names: RwLock<Names>,
    /// The count of number `n` is in block `log2(n)`: counts are found without a lock and never move.
    counts: [OnceLock<Box<[AtomicUsize]>>; TENANT_BITS as usize],
}

#[derive(Default)]
struct Names {
    numbers: HashMap<TenantId, u32>,
    /// Numbers that were given back.
    free: Vec<u32>,
    /// Numbers given out so far.
    given: u32,
    /// How many names to hold before those without entries are dropped.
    review_at: usize,
}

impl TenantCounts {
    /// Counts one more entry of `tenant` unless it has `share` of them, and says its number.
    pub(super) fn add(&self, tenant: &TenantId, share: usize) -> Option<u32> {
        // Counted before the lock is let go: a name whose count is 0 may lose its number.
        {
            let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(number) = names.numbers.get(tenant) {
                return self.count(*number, share);
            }
        }
        let mut names = self.names.write().unwrap_or_else(PoisonError::into_inner);
        let number = match names.numbers.get(tenant) {
            Some(number) => *number,
            None => {
                self.review(&mut names);
                let number = names.next_number()?;
                names.numbers.insert(tenant.clone(), number);
                number
            }
        };
        self.count(number, share)
    }

    /// An entry of this tenant is gone.
    pub(super) fn remove(&self, number: u32) {
        if let Some(count) = self.counter(number) {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn count(&self, number: u32, share: usize) -> Option<u32> {
        let counted = self
            .counter(number)?
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |count| (count < share).then_some(count + 1));
        counted.ok().map(|_| number)
    }

    fn counter(&self, number: u32) -> Option<&AtomicUsize> {
        let block = number.checked_ilog2()?;
        let size = 1_usize << block;
        let counts = self.counts.get(block as usize)?.get_or_init(|| (0..size).map(|_| AtomicUsize::new(0)).collect());
        counts.get(number as usize - size)
    }

    /// Drops the names that have no entries, whenever there are twice as many as the last time left.
    fn review(&self, names: &mut Names) {
        if names.numbers.len() < names.review_at.max(1024) {
            return;
        }
        let Names { numbers, free, review_at, .. } = names;
        numbers.retain(|_, number| {
            let has_entries = self.counter(*number).is_some_and(|count| count.load(Ordering::Relaxed) > 0);
            if !has_entries {
                free.push(*number);
            }
            has_entries
        });
        *review_at = (numbers.len() * 2).min((1 << TENANT_BITS) - 1);
    }
}

impl Names {
    fn next_number(&mut self) -> Option<u32> {
        if let Some(number) = self.free.pop() {
            return Some(number);
        }
        let number = self.given + 1;
        if number >= 1 << TENANT_BITS {
            return None;
        }
        self.given = number;
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn tenant(number: u32) -> TenantId {
        TenantId::new(format!("tenant-{number}")).unwrap()
    }

    #[test]
    fn each_tenant_is_counted_alone() {
        let counts = TenantCounts::default();
        let first = counts.add(&tenant(1), 2).unwrap();
        let second = counts.add(&tenant(2), 2).unwrap();
        assert_ne!(first, second);
        assert_eq!(counts.add(&tenant(1), 2), Some(first));
        assert_eq!(counts.add(&tenant(1), 2), None);
        counts.remove(first);
        assert_eq!(counts.add(&tenant(1), 2), Some(first));
    }

    #[test]
    fn names_without_entries_are_dropped_and_their_numbers_used_again() {
        let counts = TenantCounts::default();
        let kept = counts.add(&tenant(0), 5).unwrap();
        for number in 1..20_000 {
            let number = counts.add(&tenant(number), 5).unwrap();
            assert!(number <= 1024 && number != kept);
            counts.remove(number);
        }
        assert_eq!(counts.add(&tenant(0), 5), Some(kept));
    }
}
