//! The deliveries that are in flight.

use super::{Claim, ClaimToken, Settled, table::Place};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// The deliveries of one shard that are in flight.
#[derive(Default)]
pub(super) struct Leases {
    by_tag: HashMap<u64, Lease, BuildHasherDefault<AlreadyHashed>>,
    last_token: u64,
    /// How many to hold before those that nobody settled are dropped.
    review_at: usize,
    /// None ends before.
    earliest: u64,
}

#[derive(Clone, Copy)]
pub(super) struct Lease {
    token: u64,
    pub(super) expires: u64,
    pub(super) tenant: u32,
}

impl Lease {
    pub(super) const fn holds(&self, now: u64) -> bool {
        now < self.expires
    }

    pub(super) fn settled(&self, token: ClaimToken, now: u64) -> Settled {
        if self.holds(now) && u128::from(self.token) == token.number() { Settled::Held } else { Settled::Lost }
    }
}

impl Leases {
    pub(super) fn get(&self, place: Place) -> Option<Lease> {
        self.by_tag.get(&place.tag).copied()
    }

    pub(super) fn grant(&mut self, place: Place, expires: u64, tenant: u32) -> Claim {
        self.last_token += 1;
        self.earliest = self.earliest.min(expires);
        self.by_tag.insert(place.tag, Lease { token: self.last_token, expires, tenant });
        Claim::Claimed(ClaimToken::new(self.last_token.into()))
    }

    pub(super) fn renew(&mut self, place: Place, token: ClaimToken, expires: u64, now: u64) -> Settled {
        let Some(lease) = self.by_tag.get_mut(&place.tag) else { return Settled::Lost };
        let settled = lease.settled(token, now);
        if settled == Settled::Held {
            lease.expires = expires;
            self.earliest = self.earliest.min(expires);
        }
        settled
    }

    pub(super) fn take(&mut self, place: Place) -> Option<Lease> {
        let lease = self.by_tag.remove(&place.tag);
        self.shrink();
        lease
    }

    /// Drops what nobody settled, whenever there are twice as many as the last time left.
    pub(super) fn review(&mut self, now: u64, gone: impl FnMut(u32)) {
        if self.by_tag.len() >= self.review_at.max(32) {
            self.reclaim(now, gone);
        }
    }

    /// Drops what nobody settled. Says whether it had to look for it; `gone` hears whose each was.
    pub(super) fn reclaim(&mut self, now: u64, mut gone: impl FnMut(u32)) -> bool {
        if self.by_tag.is_empty() || self.earliest > now {
            return false;
        }
        self.earliest = u64::MAX;
        self.by_tag.retain(|_, lease| {
            if lease.holds(now) {
                self.earliest = self.earliest.min(lease.expires);
                return true;
            }
            gone(lease.tenant);
            false
        });
        self.review_at = self.by_tag.len() * 2;
        self.shrink();
        true
    }

    fn shrink(&mut self) {
        if self.by_tag.capacity() > 64 && self.by_tag.len() < self.by_tag.capacity() / 8 {
            self.by_tag.shrink_to(self.by_tag.len() * 2);
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
