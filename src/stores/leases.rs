//! The deliveries that are in flight.

use super::{Claim, ClaimToken, Settled, table::Place};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// How many are looked through one by one, without memory of their own: mostly there are no more.
const FEW: usize = 2;

/// The deliveries of one shard that are in flight.
#[derive(Default)]
#[repr(C)]
pub(super) struct Leases {
    // What every claim looks at comes first: it is on the cache line of the lock.
    last_token: u64,
    /// Those that came while there were [`FEW`].
    many: Option<Box<Many>>,
    few_used: usize,
    /// The first `few_used` are leases, by their tags.
    few: [(u64, Lease); FEW],
}

#[derive(Default)]
struct Many {
    leases: HashMap<u64, Lease, BuildHasherDefault<AlreadyHashed>>,
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
            None => self.many.as_mut()?.leases.get_mut(&place.tag),
        }
    }

    /// A lease on what [`find`](Self::find) did not find.
    pub(super) fn grant(&mut self, place: Place, expires: u64, tenant: u32) -> Claim {
        let lease = Lease { token: self.next_token(), expires, tenant };
        if self.few_used < FEW {
            self.few[self.few_used] = (place.tag, lease);
            self.few_used += 1;
        } else {
            self.many.get_or_insert_default().leases.insert(place.tag, lease);
            self.ends_at(expires);
        }
        lease.claimed()
    }

    /// Gives a lease that ran out to somebody else, with the room that its holder had.
    pub(super) fn take_over(&mut self, place: Place, expires: u64) -> Option<Claim> {
        let token = self.next_token();
        self.ends_at(expires);
        let lease = self.find(place)?;
        (lease.token, lease.expires) = (token, expires);
        Some(lease.claimed())
    }

    pub(super) fn renew(&mut self, place: Place, token: ClaimToken, expires: u64, now: u64) -> Settled {
        let Some(lease) = self.find(place) else { return Settled::Lost };
        let settled = lease.settled(token, now);
        if settled == Settled::Held {
            lease.expires = expires;
            self.ends_at(expires);
        }
        settled
    }

    pub(super) fn take(&mut self, place: Place) -> Option<Lease> {
        if let Some(index) = self.find_few(place) {
            let lease = self.few[index].1;
            self.remove_few(index);
            return Some(lease);
        }
        let lease = self.many.as_mut()?.leases.remove(&place.tag);
        self.shrink();
        lease
    }

    /// Drops what nobody settled, whenever there are twice as many as the last time left.
    pub(super) fn review(&mut self, now: u64, gone: impl FnMut(u32)) {
        if self.many.as_ref().is_some_and(|many| many.leases.len() >= many.review_at.max(32)) {
            self.reclaim(now, gone);
        }
    }

    /// Drops what nobody settled. Says whether it had to look for it; `gone` hears whose each was.
    pub(super) fn reclaim(&mut self, now: u64, mut gone: impl FnMut(u32)) -> bool {
        let mut looked = false;
        for index in (0..self.few_used).rev() {
            let lease = self.few[index].1;
            if !lease.holds(now) {
                gone(lease.tenant);
                self.remove_few(index);
                looked = true;
            }
        }
        if let Some(many) = self.many.as_mut().filter(|many| many.earliest <= now) {
            many.reclaim(now, gone);
            self.shrink();
            looked = true;
        }
        looked
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

    /// Some lease does.
    fn ends_at(&mut self, expires: u64) {
        if let Some(many) = &mut self.many {
            many.earliest = many.earliest.min(expires);
        }
    }

    fn shrink(&mut self) {
        let Some(many) = &mut self.many else { return };
        if many.leases.is_empty() {
            self.many = None;
        } else if many.leases.capacity() > 64 && many.leases.len() < many.leases.capacity() / 8 {
            many.leases.shrink_to(many.leases.len() * 2);
        }
    }
}

impl Many {
    fn reclaim(&mut self, now: u64, mut gone: impl FnMut(u32)) {
        let mut earliest = u64::MAX;
        self.leases.retain(|_, lease| {
            if lease.holds(now) {
                earliest = earliest.min(lease.expires);
            } else {
                gone(lease.tenant);
            }
            lease.holds(now)
        });
        self.earliest = earliest;
        self.review_at = self.leases.len() * 2;
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
