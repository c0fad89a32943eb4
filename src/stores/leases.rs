//! The deliveries that are in flight.

use super::{Claim, ClaimToken, Settled, table::Place};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// How many are looked through one by one, without memory of their own: mostly there are no more.
const FEW: usize = 4;

/// The deliveries of one shard that are in flight.
#[derive(Default)]
pub(super) struct Leases {
    /// The first `few_used` are leases, by their tags.
    few: [(u64, Lease); FEW],
    few_used: usize,
    /// Those that came while there were [`FEW`].
    many: HashMap<u64, Lease, BuildHasherDefault<AlreadyHashed>>,
    last_token: u64,
    /// How many to hold before those that nobody settled are dropped.
    review_at: usize,
    /// None ends before.
    earliest: u64,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Lease {
    token: u64,
    pub(super) expires: u64,
    pub(super) tenant: u32,
}

impl Lease {
    const fn claimed(&self) -> Claim {
        Claim::Claimed(ClaimToken::new(self.token as u128))
    }

    pub(super) const fn holds(&self, now: u64) -> bool {
        now < self.expires
    }

    pub(super) fn settled(&self, token: ClaimToken, now: u64) -> Settled {
        if self.holds(now) && u128::from(self.token) == token.number() { Settled::Held } else { Settled::Lost }
    }
}

impl Leases {
    pub(super) fn find(&mut self, place: Place) -> Option<&mut Lease> {
        match self.find_few(place) {
            Some(index) => Some(&mut self.few[index].1),
            None if self.many.is_empty() => None,
            None => self.many.get_mut(&place.tag),
        }
    }

    /// A lease on what [`find`](Self::find) did not find.
    pub(super) fn grant(&mut self, place: Place, expires: u64, tenant: u32) -> Claim {
        let lease = Lease { token: self.next_token(), expires, tenant };
        self.earliest = self.earliest.min(expires);
        if self.few_used < FEW {
            self.few[self.few_used] = (place.tag, lease);
            self.few_used += 1;
        } else {
            self.many.insert(place.tag, lease);
        }
        lease.claimed()
    }

    /// Gives a lease that ran out to somebody else, with the room that its holder had.
    pub(super) fn take_over(&mut self, place: Place, expires: u64) -> Option<Claim> {
        let token = self.next_token();
        self.earliest = self.earliest.min(expires);
        let lease = self.find(place)?;
        (lease.token, lease.expires) = (token, expires);
        Some(lease.claimed())
    }

    pub(super) fn renew(&mut self, place: Place, token: ClaimToken, expires: u64, now: u64) -> Settled {
        let Some(lease) = self.find(place) else { return Settled::Lost };
        let settled = lease.settled(token, now);
        if settled == Settled::Held {
            lease.expires = expires;
            self.earliest = self.earliest.min(expires);
        }
        settled
    }

    pub(super) fn take(&mut self, place: Place) -> Option<Lease> {
        if let Some(index) = self.find_few(place) {
            let lease = self.few[index].1;
            self.remove_few(index);
            return Some(lease);
        }
        if self.many.is_empty() {
            return None;
        }
        let lease = self.many.remove(&place.tag);
        self.shrink();
        lease
    }

    /// Drops what nobody settled, whenever there are twice as many as the last time left.
    pub(super) fn review(&mut self, now: u64, gone: impl FnMut(u32)) {
        if self.len() >= self.review_at.max(32) {
            self.reclaim(now, gone);
        }
    }

    /// Drops what nobody settled. Says whether it had to look for it; `gone` hears whose each was.
    pub(super) fn reclaim(&mut self, now: u64, mut gone: impl FnMut(u32)) -> bool {
        if self.len() == 0 || self.earliest > now {
            return false;
        }
        let mut earliest = u64::MAX;
        let mut holds = |lease: &Lease| {
            if lease.holds(now) {
                earliest = earliest.min(lease.expires);
            } else {
                gone(lease.tenant);
            }
            lease.holds(now)
        };
        for index in (0..self.few_used).rev() {
            if !holds(&self.few[index].1) {
                self.remove_few(index);
            }
        }
        self.many.retain(|_, lease| holds(lease));
        self.earliest = earliest;
        self.review_at = self.len() * 2;
        self.shrink();
        true
    }

    fn find_few(&self, place: Place) -> Option<usize> {
        self.few.iter().take(self.few_used).position(|(tag, _)| *tag == place.tag)
    }

    /// The last takes its place.
    fn remove_few(&mut self, index: usize) {
        self.few_used -= 1;
        self.few[index] = self.few[self.few_used];
    }

    fn next_token(&mut self) -> u64 {
        self.last_token += 1;
        self.last_token
    }

    fn len(&self) -> usize {
        self.few_used + self.many.len()
    }

    fn shrink(&mut self) {
        if self.many.capacity() > 64 && self.many.len() < self.many.capacity() / 8 {
            self.many.shrink_to(self.many.len() * 2);
        }
    }
}

/// Tags are random already.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, tag: u64) {
        self.0 = tag;
    }
}
