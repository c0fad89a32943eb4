//! Request counts, in memory.

use super::{
    Quota, RateDecision, RateKey, RateStore, RateSubject, StoreError, StoreErrorKind, slots::Lifetime, table::Table,
};
use crate::{error::ConfigError, time::Monotonic};
use governor::{
    RateLimiter,
    clock::Clock,
    middleware::StateInformationMiddleware,
    nanos::Nanos,
    state::{NotKeyed, StateStore},
};
use std::{
    cell::Cell,
    fmt,
    future::{Ready, ready},
    hash::{BuildHasher, Hasher, RandomState},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

/// Shards that are searched for recovered keys when there is no room. Anybody can cause this, so it must cost little.
const RECLAIMED_WHEN_FULL: (usize, usize) = (16, 1);
/// Pairs of limit and quota that can share a bucket among their surplus keys.
const OVERFLOW_BUCKETS: usize = 1024;

/// Counts requests in the memory of this process, with [governor]'s arithmetic (GCRA). Clones share their counts.
///
/// Holds at most as many keys as you say, at about 25 bytes each; memory is taken as they come. A key whose quota has
/// been earned back in full is forgotten, which nobody can notice; no other ever is. When there is no room for a new
/// key, it shares one bucket with all others of its limit and quota for which there was none: a flood of new keys costs
/// bounded memory, does not reset the quota of a known one, and is let through as one client. So is a well-behaved
/// client that appears during the flood; give the store enough keys for your senders.
///
/// A quota that is changed starts afresh.
///
/// ```
/// use tower_webhook::stores::MemoryRateStore;
///
/// let store = MemoryRateStore::new(500_000)?;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
///
/// [governor]: https://docs.rs/governor
#[derive(Clone)]
pub struct MemoryRateStore {
    shared: Arc<Shared>,
}

struct Shared {
    keys: Table<()>,
    overflow: Table<()>,
    /// Unknown to clients, who could otherwise choose keys that are taken for each other.
    hash: RandomState,
}

impl MemoryRateStore {
    const DEFAULT_KEYS: usize = 100_000;

    /// Tells at most `max_keys` keys apart.
    ///
    /// # Errors
    ///
    /// When `max_keys` is 0.
    pub fn new(max_keys: usize) -> Result<Self, ConfigError> {
        if max_keys == 0 {
            return Err(ConfigError::new("rate_limit.max_keys", "must be at least 1"));
        }
        Ok(Self::with_keys(max_keys))
    }

    fn with_keys(max_keys: usize) -> Self {
        let shared =
            Shared { keys: Table::new(max_keys), overflow: Table::new(OVERFLOW_BUCKETS), hash: RandomState::new() };
        Self { shared: Arc::new(shared) }
    }

    /// The most keys it tells apart.
    #[must_use]
    pub fn max_keys(&self) -> usize {
        self.shared.keys.capacity()
    }

    /// Keys held, with those that have recovered but not made room yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.keys.len()
    }

    /// Whether no key is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn decide(&self, key: &RateKey, quota: Quota, now: Monotonic, spend: bool) -> Result<RateDecision, StoreError> {
        let Shared { keys, overflow, .. } = &*self.shared;
        decide_in(keys, self.fingerprint(&key.limit, Some(&key.subject), quota), quota, now, spend)
            .or_else(|| decide_in(overflow, self.fingerprint(&key.limit, None, quota), quota, now, spend))
            .ok_or(StoreError::new(StoreErrorKind::Full))
    }

    /// 64 bits are enough: a new key is taken for one of ten million others once in 10^12 times.
    fn fingerprint(&self, limit: &str, subject: Option<&RateSubject>, quota: Quota) -> u128 {
        let (kind, text, address, prefix) = match subject {
            None => (0, "", [0; 16], 0),
            Some(RateSubject::Everybody) => (1, "", [0; 16], 0),
            Some(RateSubject::Text(text)) => (2, &**text, [0; 16], 0),
            Some(RateSubject::Network { address: IpAddr::V4(address), prefix }) => {
                (3, "", address.to_ipv6_compatible().octets(), *prefix)
            }
            Some(RateSubject::Network { address: IpAddr::V6(address), prefix }) => (4, "", address.octets(), *prefix),
        };
        // Few long writes: the hasher takes as long for eight bytes as for one. The lengths come last and tell where
        // each part ended.
        let mut rest = [0_u8; 48];
        rest[..16].copy_from_slice(&address);
        rest[16..32].copy_from_slice(&quota.interval().as_nanos().to_le_bytes());
        rest[32..36].copy_from_slice(&quota.burst_size().get().to_le_bytes());
        rest[36..38].copy_from_slice(&[kind, prefix]);
        rest[40..48].copy_from_slice(&(limit.len() as u64).to_le_bytes());
        let mut hasher = self.shared.hash.build_hasher();
        hasher.write(limit.as_bytes());
        hasher.write(text.as_bytes());
        hasher.write(&rest);
        hasher.finish().into()
    }
}

/// A hundred thousand keys.
impl Default for MemoryRateStore {
    fn default() -> Self {
        Self::with_keys(Self::DEFAULT_KEYS)
    }
}

impl fmt::Debug for MemoryRateStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryRateStore").field("max_keys", &self.max_keys()).field("len", &self.len()).finish()
    }
}

impl RateStore for MemoryRateStore {
    type Take = Ready<Result<RateDecision, StoreError>>;

    fn take(&self, key: &RateKey, quota: Quota, now: Monotonic) -> Self::Take {
        ready(self.decide(key, quota, now, true))
    }

    fn peek(&self, key: &RateKey, quota: Quota, now: Monotonic) -> Self::Take {
        ready(self.decide(key, quota, now, false))
    }
}

/// `None` when the table has no room for the key.
fn decide_in(table: &Table<()>, fingerprint: u128, quota: Quota, now: Monotonic, spend: bool) -> Option<RateDecision> {
    let place = table.place(fingerprint);
    let at = At { table, nanos: u64::try_from(now.since_origin().as_nanos()).unwrap_or(u64::MAX) };
    let attempt = || {
        let mut shard = table.lock(place);
        if let Some(index) = shard.slots.find(place.tag, &at) {
            let (decision, arrival) = conform(Some(shard.slots.value(index)), quota, at.nanos);
            if spend && let Some(arrival) = arrival {
                shard.slots.replace(index, arrival);
            }
            return Some(decision);
        }
        if !table.reserve() {
            return None;
        }
        let (decision, arrival) = conform(None, quota, at.nanos);
        match arrival {
            Some(arrival) if spend => shard.slots.insert(place.tag, arrival, &at),
            _ => table.unreserve(),
        }
        Some(decision)
    };
    attempt().or_else(|| {
        table.reclaim(RECLAIMED_WHEN_FULL, &at, |()| false);
        attempt()
    })
}

/// One request of a bucket whose theoretical arrival time is `arrival`: the decision, and the new arrival time if it may
/// pass. Never 0.
fn conform(arrival: Option<u64>, quota: Quota, now: u64) -> (RateDecision, Option<u64>) {
    // governor counts from here on. Longer than the window only if `now` went back.
    let window = u64::try_from(quota.window().as_nanos()).unwrap_or(u64::MAX);
    let before = arrival.map(|arrival| arrival.saturating_sub(now).min(window)).filter(|ahead| *ahead > 0);
    let bucket = Bucket { ahead: Cell::new(before.map(Nanos::from)) };

    // An interval is never 0.
    let spaced = governor::Quota::with_period(quota.interval().max(Duration::from_nanos(1)));
    let quota =
        spaced.map_or(governor::Quota::per_second(quota.burst_size()), |spaced| spaced.allow_burst(quota.burst_size()));
    let limiter = RateLimiter::<_, _, _, StateInformationMiddleware>::new(quota, bucket, Now);
    match limiter.check() {
        Ok(snapshot) => {
            let remaining = snapshot.remaining_burst_capacity();
            let ahead = limiter.into_state_store().ahead.get().map_or(0, Nanos::as_u64);
            (RateDecision::Allowed { remaining }, Some(now.saturating_add(ahead).max(1)))
        }
        Err(not_until) => (RateDecision::Limited { retry_after: not_until.wait_time_from(NOW) }, None),
    }
}

const NOW: Nanos = Nanos::new(0);

/// A clock that governor starts and reads at the same moment.
struct Now;

impl Clock for Now {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        NOW
    }
}

/// How far ahead of now the theoretical arrival time is; `None` for a bucket that is full.
struct Bucket {
    ahead: Cell<Option<Nanos>>,
}

impl StateStore for Bucket {
    type Key = NotKeyed;

    fn measure_and_replace<T, F, E>(&self, _: &NotKeyed, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let (allowed, ahead) = decide(self.ahead.get())?;
        self.ahead.set(Some(ahead));
        Ok(allowed)
    }
}

struct At<'a> {
    table: &'a Table<()>,
    nanos: u64,
}

impl Lifetime for At<'_> {
    fn now(&self) -> u64 {
        self.nanos
    }

    fn end(&self, arrival: u64) -> u64 {
        arrival
    }

    fn forgotten(&self, _: u64) {
        self.table.unreserve();
    }
}
