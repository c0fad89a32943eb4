//! Request counts, in memory.

use super::{
    LimitName, Quota, RateDecision, RateKey, RateStore, RateSubject, StoreError, StoreErrorKind,
    slots::Lifetime,
    table::{Table, nanos},
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
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::Arc,
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
    hash: KeyHash,
}

/// Makes a number of a key. The seeds are unknown to clients, who could otherwise choose keys that are taken for each
/// other.
struct KeyHash {
    text: RandomState,
    products: [[u64; 2]; 3],
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
            Shared { keys: Table::new(max_keys), overflow: Table::new(OVERFLOW_BUCKETS), hash: KeyHash::new() };
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
        let Shared { keys, overflow, hash } = &*self.shared;
        decide_in(keys, hash.fingerprint(&key.limit, Some(&key.subject), quota), quota, now, spend)
            .or_else(|| decide_in(overflow, hash.fingerprint(&key.limit, None, quota), quota, now, spend))
            .ok_or(StoreError::new(StoreErrorKind::Full))
    }
}

impl KeyHash {
    fn new() -> Self {
        let text = RandomState::new();
        let seed = |number: usize| text.hash_one(number);
        Self { products: [[seed(0), seed(1)], [seed(2), seed(3)], [seed(4), seed(5)]], text }
    }

    /// Not by SipHash as a whole, which would take longer than all the rest of a check. This sum of products (NH, of
    /// UMAC) is the same for two keys once in 2^64 times, whatever keys a client chooses without seeing it; of ten
    /// million keys, one is taken for another once in 10^12 times.
    fn fingerprint(&self, limit: &LimitName, subject: Option<&RateSubject>, quota: Quota) -> u128 {
        let (kind, prefix, address, text) = match subject {
            None => (0, 0, 0, 0),
            Some(RateSubject::Everybody) => (1, 0, 0, 0),
            Some(RateSubject::Text(text)) => (2, 0, 0, self.text.hash_one(&**text)),
            Some(RateSubject::Network { address: IpAddr::V4(address), prefix }) => {
                (3, *prefix, u128::from(address.to_bits()), 0)
            }
            Some(RateSubject::Network { address: IpAddr::V6(address), prefix }) => (4, *prefix, address.to_bits(), 0),
        };
        let numbers = kind << 40 | u64::from(prefix) << 32 | u64::from(quota.burst_size().get());
        let words =
            [[(address >> 64) as u64, address as u64], [numbers, nanos(quota.interval())], [limit.digest(), text]];
        let product = |(word, seed): (&[u64; 2], &[u64; 2])| {
            u128::from(word[0].wrapping_add(seed[0])) * u128::from(word[1].wrapping_add(seed[1]))
        };
        words.iter().zip(&self.products).map(product).fold(0, u128::wrapping_add)
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
    let at = At { table, nanos: nanos(now.since_origin()) };
    let attempt = || {
        let mut shard = table.lock(place);
        // A bucket that is full again is as good as a new one, and need not be forgotten first.
        if let Some(index) = shard.slots.find_even_expired(place.tag, &at) {
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
    // A loop, for a closure with a single caller becomes part of it.
    let mut reclaimed = false;
    loop {
        let decision = attempt();
        if decision.is_some() || reclaimed {
            return decision;
        }
        table.reclaim(RECLAIMED_WHEN_FULL, &at, |()| false);
        reclaimed = true;
    }
}

/// One request of a bucket whose theoretical arrival time is `arrival`: the decision, and the new arrival time if it may
/// pass. Never 0.
fn conform(arrival: Option<u64>, quota: Quota, now: u64) -> (RateDecision, Option<u64>) {
    // governor counts from here on. Longer than the window only if `now` went back.
    let window = nanos(quota.interval()).saturating_mul(quota.burst_size().get().into());
    let before = arrival.map(|arrival| arrival.saturating_sub(now).min(window)).filter(|ahead| *ahead > 0);
    let bucket = Bucket { ahead: Cell::new(before.map(Nanos::from)) };

    // An interval is never 0.
    let spaced = governor::Quota::with_period(quota.interval()).unwrap_or(EVERY_SECOND);
    let quota = spaced.allow_burst(quota.burst_size());
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

const EVERY_SECOND: governor::Quota = governor::Quota::per_second(NonZeroU32::MIN);
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
