//! Seen deliveries, in memory.

use super::{
    Claim, ClaimRequest, ClaimToken, ReplayStore, Settled, StoreError, StoreErrorKind,
    leases::Leases,
    slots::Lifetime,
    table::{Place, Table, nanos},
    tenant_counts::{TENANT_BITS, TenantCounts},
};
use crate::{error::ConfigError, event::ReplayKey, secrets::TenantId, time::Monotonic};
use http::StatusCode;
use std::{
    fmt,
    future::{Ready, ready},
    sync::Arc,
    time::Duration,
};

/// Shards that are searched for expired entries when there is no room.
const RECLAIMED_WHEN_FULL: (usize, usize) = (64, 4);

/// Remembers deliveries in the memory of this process. Clones share what they remember.
///
/// Holds at most as many entries as you say, in flight and done together, at about 25 bytes each; memory is taken as
/// they come. When it is full, it refuses new deliveries ([`StoreErrorKind::Full`]) rather than forget one that could
/// still be replayed. Expired entries make room without a pause or a background task. A delivery is remembered for its
/// retention rounded up to the next full second of the clock.
///
/// With several instances, use a store that they share: this one cannot know what another instance has seen.
///
/// ```
/// use tower_webhook::stores::MemoryReplayStore;
///
/// let store = MemoryReplayStore::new(1_000_000)?.tenant_share(10_000)?;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct MemoryReplayStore {
    shared: Arc<Shared>,
    tenant_share: usize,
}

struct Shared {
    table: Table<Leases>,
    tenants: TenantCounts,
}

impl MemoryReplayStore {
    const DEFAULT_CAPACITY: usize = 1_000_000;

    /// Holds at most `capacity` entries, and for each tenant at most a quarter of that.
    ///
    /// # Errors
    ///
    /// When `capacity` is 0.
    pub fn new(capacity: usize) -> Result<Self, ConfigError> {
        if capacity == 0 {
            return Err(ConfigError::new("replay.capacity", "must be at least 1"));
        }
        Ok(Self::with_capacity(capacity))
    }

    fn with_capacity(capacity: usize) -> Self {
        let shared = Shared { table: Table::new(capacity), tenants: TenantCounts::default() };
        Self { shared: Arc::new(shared), tenant_share: (capacity / 4).max(1) }
    }

    /// Holds at most `entries` for each tenant, so that none can use up what all share. Deliveries without a tenant may
    /// use everything.
    ///
    /// # Errors
    ///
    /// When `entries` is 0 or more than the capacity.
    pub fn tenant_share(mut self, entries: usize) -> Result<Self, ConfigError> {
        if entries == 0 {
            return Err(ConfigError::new("replay.tenant_share", "must be at least 1"));
        }
        if entries > self.capacity() {
            return Err(ConfigError::new("replay.tenant_share", "is more than the capacity"));
        }
        self.tenant_share = entries;
        Ok(self)
    }

    /// The most entries it will hold.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.shared.table.capacity()
    }

    /// Entries held: in flight, done, and expired ones that have not made room yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.table.len()
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn place(&self, key: &ReplayKey) -> Place {
        let (fingerprint, _) = key.as_bytes().split_first_chunk().unwrap_or((&[0; 16], &[]));
        self.shared.table.place(u128::from_be_bytes(*fingerprint))
    }

    /// Room for one entry: the tenant's number.
    fn reserve(&self, tenant: Option<&TenantId>) -> Option<u32> {
        if !self.shared.table.reserve() {
            return None;
        }
        let Some(tenant) = tenant else { return Some(0) };
        let number = self.shared.tenants.add(tenant, self.tenant_share);
        if number.is_none() {
            self.shared.table.unreserve();
        }
        number
    }

    /// Runs `attempt`; when it found no room, makes some and runs it once more.
    fn with_room<T>(&self, at: &At<'_>, mut attempt: impl FnMut() -> Option<T>) -> Result<T, StoreError> {
        // A loop, for a closure with a single caller becomes part of it.
        let mut reclaimed = false;
        loop {
            match attempt() {
                Some(done) => return Ok(done),
                None if reclaimed => return Err(StoreError::new(StoreErrorKind::Full)),
                None => self.reclaim(at),
            }
            reclaimed = true;
        }
    }

    #[cold]
    fn reclaim(&self, at: &At<'_>) {
        self.shared.table.reclaim(RECLAIMED_WHEN_FULL, at, |leases| leases.reclaim(at.nanos, |tenant| at.gone(tenant)));
    }

    fn try_claim(&self, place: Place, request: &ClaimRequest<'_>, at: &At<'_>) -> Option<Claim> {
        let mut shard = self.shared.table.lock(place);
        let shard = &mut *shard;
        let expires = at.nanos.saturating_add(nanos(request.lease));
        if let Some(lease) = shard.beside.find(place) {
            if lease.holds(at.nanos) {
                return Some(Claim::InFlight { lease_left: Some(Duration::from_nanos(lease.expires - at.nanos)) });
            }
            return shard.beside.take_over(place, expires);
        }
        if let Some(index) = shard.slots.find(place.tag, at) {
            return Some(Claim::Done { status: Done::unpack(shard.slots.value(index)).status() });
        }
        let tenant = self.reserve(request.tenant)?;
        shard.beside.review(at.nanos, |tenant| at.gone(tenant));
        Some(shard.beside.grant(place, expires, tenant))
    }

    fn try_confirm(&self, place: Place, token: ClaimToken, mut done: Done, at: &At<'_>) -> Option<Settled> {
        let mut shard = self.shared.table.lock(place);
        let shard = &mut *shard;
        if let Some(lease) = shard.beside.take(place) {
            done.tenant = lease.tenant;
            shard.slots.insert(place.tag, done.pack(), at);
            return Some(lease.settled(token, at.nanos));
        }
        if let Some(index) = shard.slots.find(place.tag, at) {
            let before = Done::unpack(shard.slots.value(index));
            done.tenant = before.tenant;
            done.expires = done.expires.max(before.expires);
            shard.slots.replace(index, done.pack());
        } else {
            done.tenant = self.reserve(None)?;
            shard.slots.insert(place.tag, done.pack(), at);
        }
        Some(Settled::Lost)
    }

    fn at(&self, now: Monotonic) -> At<'_> {
        At { shared: &self.shared, nanos: nanos(now.since_origin()), stamp: stamp(now.since_origin().as_secs()) }
    }
}

/// A million entries.
impl Default for MemoryReplayStore {
    fn default() -> Self {
        Self::with_capacity(Self::DEFAULT_CAPACITY)
    }
}

impl fmt::Debug for MemoryReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplayStore")
            .field("capacity", &self.capacity())
            .field("tenant_share", &self.tenant_share)
            .field("len", &self.len())
            .finish()
    }
}

impl ReplayStore for MemoryReplayStore {
    type Claim = Ready<Result<Claim, StoreError>>;
    type Settle = Ready<Result<Settled, StoreError>>;

    fn claim(&self, request: &ClaimRequest<'_>) -> Self::Claim {
        let (place, at) = (self.place(request.key), self.at(request.now));
        ready(self.with_room(&at, || self.try_claim(place, request, &at)))
    }

    fn confirm(
        &self,
        key: &ReplayKey,
        token: ClaimToken,
        status: StatusCode,
        retention: Duration,
        now: Monotonic,
    ) -> Self::Settle {
        let (place, at) = (self.place(key), self.at(now));
        let end = now.saturating_add(retention).since_origin();
        let expires = stamp(end.as_secs().saturating_add(u64::from(end.subsec_nanos() > 0)));
        let done = Done { expires, status: status.as_u16(), tenant: 0 };
        ready(self.with_room(&at, || self.try_confirm(place, token, done, &at)))
    }

    fn release(&self, key: &ReplayKey, token: ClaimToken, now: Monotonic) -> Self::Settle {
        let (place, at) = (self.place(key), self.at(now));
        let leases = &mut self.shared.table.lock(place).beside;
        let settled = leases.find(place).map_or(Settled::Lost, |lease| lease.settled(token, at.nanos));
        if settled == Settled::Held
            && let Some(lease) = leases.take(place)
        {
            at.gone(lease.tenant);
        }
        ready(Ok(settled))
    }

    fn renew(&self, key: &ReplayKey, token: ClaimToken, lease: Duration, now: Monotonic) -> Self::Settle {
        let place = self.place(key);
        let leases = &mut self.shared.table.lock(place).beside;
        let now = nanos(now.since_origin());
        ready(Ok(leases.renew(place, token, now.saturating_add(nanos(lease)), now)))
    }
}

/// The moment of an operation.
struct At<'a> {
    shared: &'a Shared,
    nanos: u64,
    stamp: u32,
}

impl At<'_> {
    fn gone(&self, tenant: u32) {
        self.shared.table.unreserve();
        self.shared.tenants.remove(tenant);
    }
}

impl Lifetime for At<'_> {
    fn now(&self) -> u64 {
        self.stamp.into()
    }

    fn end(&self, value: u64) -> u64 {
        match Done::unpack(value).expires {
            // A time beyond what can be told apart is never reached.
            u32::MAX => u64::MAX,
            expires => expires.into(),
        }
    }

    fn forgotten(&self, value: u64) {
        self.gone(Done::unpack(value).tenant);
    }
}

/// Never 0, for 0 marks an empty slot.
fn stamp(seconds: u64) -> u32 {
    u32::try_from(seconds.saturating_add(1)).unwrap_or(u32::MAX)
}

/// A delivery that was handled: 32 bits of time, 10 of status, 22 of tenant.
#[derive(Clone, Copy)]
struct Done {
    expires: u32,
    status: u16,
    tenant: u32,
}

impl Done {
    fn pack(self) -> u64 {
        u64::from(self.expires) << 32 | u64::from(self.status) << TENANT_BITS | u64::from(self.tenant)
    }

    const fn unpack(value: u64) -> Self {
        Self {
            expires: (value >> 32) as u32,
            status: (value as u32 >> TENANT_BITS) as u16,
            tenant: value as u32 & ((1 << TENANT_BITS) - 1),
        }
    }

    fn status(self) -> Option<StatusCode> {
        StatusCode::from_u16(self.status).ok()
    }
}
