//! What is remembered between requests: which deliveries were seen, and who has asked how often.
//!
//! The traits speak intent ([`claim`](ReplayStore::claim), [`confirm`](ReplayStore::confirm),
//! [`take`](RateStore::take)), so that a store elsewhere can do each in one atomic step. Their futures are associated
//! types: in memory they are [`std::future::Ready`] and cost nothing; elsewhere a boxed future will do.
//!
//! A store of your own has passed when the suites of `testing::store_conformance` say so (feature `testing`).

mod leases;
#[cfg(feature = "layers")]
mod memory_rate;
mod memory_replay;
mod no_replay;
mod rate_key;
mod slots;
mod table;
mod tenant_counts;

#[cfg(feature = "layers")]
pub use self::memory_rate::MemoryRateStore;
#[cfg(feature = "layers")]
pub(crate) use self::rate_key::{LimitName, RateSubject};
pub use self::{memory_replay::MemoryReplayStore, no_replay::NoReplayStore, rate_key::RateKey};

use crate::{error::ConfigError, event::ReplayKey, secrets::TenantId, time::Monotonic};
use http::StatusCode;
use std::{error::Error, fmt, future::Future, sync::Arc, time::Duration};

/// Remembers which deliveries are being handled and which were.
///
/// A delivery is in one of three states: unknown, in flight (somebody holds a [`ClaimToken`] until the lease ends), or
/// done (until the retention ends). Clones of a store share what they remember.
///
/// The page on testing in the guide has one of your own, in a map. One that is shared by instances does each operation
/// in one atomic step (a script, a transaction), and its futures can be boxed.
pub trait ReplayStore: Clone + fmt::Debug + Send + Sync + 'static {
    /// The future of [`claim`](Self::claim).
    type Claim: Future<Output = Result<Claim, StoreError>> + Send + Unpin + 'static;
    /// The future of every other operation.
    type Settle: Future<Output = Result<Settled, StoreError>> + Send + Unpin + 'static;

    /// Takes an unknown delivery in hand, or says what became of it. Atomic: of any number of concurrent claims, one
    /// wins.
    fn claim(&self, request: &ClaimRequest<'_>) -> Self::Claim;

    /// The delivery was handled: remember it for `retention`.
    fn confirm(
        &self,
        key: &ReplayKey,
        token: ClaimToken,
        status: StatusCode,
        retention: Duration,
        now: Monotonic,
    ) -> Self::Settle;

    /// The delivery was not handled: forget it, so that the sender's next attempt is handled.
    fn release(&self, key: &ReplayKey, token: ClaimToken, now: Monotonic) -> Self::Settle;

    /// The delivery is still being handled: hold it for another `lease`.
    fn renew(&self, key: &ReplayKey, token: ClaimToken, lease: Duration, now: Monotonic) -> Self::Settle;
}

/// What [`ReplayStore::claim`] is asked.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ClaimRequest<'a> {
    /// Which delivery.
    pub key: &'a ReplayKey,
    /// Whose share of the store it counts against.
    pub tenant: Option<&'a TenantId>,
    /// How long the claim holds unless it is renewed.
    pub lease: Duration,
    /// The clock of the layer; stores with a clock of their own ignore it.
    pub now: Monotonic,
}

impl<'a> ClaimRequest<'a> {
    /// A claim of `key` for `lease`.
    #[must_use]
    pub const fn new(key: &'a ReplayKey, lease: Duration, now: Monotonic) -> Self {
        Self { key, tenant: None, lease, now }
    }

    /// On behalf of this tenant.
    #[must_use]
    pub const fn tenant(mut self, tenant: Option<&'a TenantId>) -> Self {
        self.tenant = tenant;
        self
    }
}

/// What [`ReplayStore::claim`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Claim {
    /// Yours until the lease ends.
    Claimed(ClaimToken),
    /// Somebody else is handling it.
    InFlight {
        /// The rest of their lease, if the store knows it.
        lease_left: Option<Duration>,
    },
    /// It was handled.
    Done {
        /// What the sender was answered, if the store knows it.
        status: Option<StatusCode>,
    },
}

/// Proves that a claim is yours: a lease that ran out and was taken by somebody else cannot be settled with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClaimToken(u128);

impl ClaimToken {
    /// From the number a store gave out. A store must not give out the same one twice for one delivery.
    #[must_use]
    pub const fn new(number: u128) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u128 {
        self.0
    }
}

/// What became of a claim that was settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Settled {
    /// It was yours, and what you asked was done.
    Held,
    /// The lease had run out. A `confirm` has marked the delivery as done all the same; the rest changed nothing.
    Lost,
}

/// Counts requests against quotas.
///
/// Clones of a store share their counts.
pub trait RateStore: Clone + fmt::Debug + Send + Sync + 'static {
    /// The future of both operations.
    type Take: Future<Output = Result<RateDecision, StoreError>> + Send + Unpin + 'static;

    /// Spends one request of `key`'s quota, if there is one left. Atomic.
    fn take(&self, key: &RateKey, quota: Quota, now: Monotonic) -> Self::Take;

    /// What [`take`](Self::take) would answer, without spending anything.
    fn peek(&self, key: &RateKey, quota: Quota, now: Monotonic) -> Self::Take;
}

/// What a [`RateStore`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateDecision {
    /// Within the quota.
    Allowed {
        /// How many more may come right now.
        remaining: u32,
    },
    /// The quota is spent.
    Limited {
        /// Until the next request may pass.
        retry_after: Duration,
    },
}

/// How many requests may come, and how fast they are earned back.
///
/// ```
/// use tower_webhook::Quota;
///
/// let quota = Quota::per_second(50)?.burst(100)?;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quota {
    burst: std::num::NonZeroU32,
    /// The time in which one request is earned back.
    interval: Duration,
}

impl Quota {
    /// `rate` requests a second, and as many at once.
    ///
    /// # Errors
    ///
    /// When `rate` is 0.
    pub fn per_second(rate: u32) -> Result<Self, ConfigError> {
        Self::per(Duration::from_secs(1), rate)
    }

    /// `rate` requests a minute, and as many at once.
    ///
    /// # Errors
    ///
    /// When `rate` is 0.
    pub fn per_minute(rate: u32) -> Result<Self, ConfigError> {
        Self::per(Duration::from_secs(60), rate)
    }

    /// `rate` requests in each `period`, and as many at once.
    ///
    /// # Errors
    ///
    /// When `rate` is 0, or `period` is 0 or so short that a request is earned back in less than a nanosecond.
    pub fn per(period: Duration, rate: u32) -> Result<Self, ConfigError> {
        let burst = std::num::NonZeroU32::new(rate)
            .ok_or_else(|| ConfigError::new("rate_limit", "allows no request at all; the rate must be at least 1"))?;
        let interval = period / rate;
        if interval.is_zero() {
            return Err(ConfigError::new("rate_limit", "has a period that is too short for its rate"));
        }
        // A quota that needs more than a century to refill is a mistake, and its arithmetic would overflow.
        if interval.checked_mul(rate).is_none_or(|all| all > Duration::from_secs(100 * 366 * 86_400)) {
            return Err(ConfigError::new("rate_limit", "has a period of more than a century"));
        }
        Ok(Self { burst, interval })
    }

    /// Lets `burst` requests come at once.
    ///
    /// # Errors
    ///
    /// When `burst` is 0, or would need more than a century to be earned back.
    pub fn burst(mut self, burst: u32) -> Result<Self, ConfigError> {
        self.burst = std::num::NonZeroU32::new(burst)
            .ok_or_else(|| ConfigError::new("rate_limit.burst", "must be at least 1"))?;
        if self.interval.checked_mul(burst).is_none_or(|all| all > Duration::from_secs(100 * 366 * 86_400)) {
            return Err(ConfigError::new("rate_limit.burst", "would need more than a century to be earned back"));
        }
        Ok(self)
    }

    /// Requests that may come at once.
    #[must_use]
    pub const fn burst_size(self) -> std::num::NonZeroU32 {
        self.burst
    }

    /// The time in which one request is earned back.
    #[must_use]
    pub const fn interval(self) -> Duration {
        self.interval
    }

    /// The time in which a full burst is earned back.
    #[must_use]
    pub fn window(self) -> Duration {
        self.interval.saturating_mul(self.burst.get())
    }
}

/// A store could not do what it was asked.
///
/// It is never read as "seen before" or "within the quota": the request ends with 503, unless you chose otherwise.
#[derive(Clone, Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// The sort of a [`StoreError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// It failed.
    Failed,
    /// It is full of entries that may not be forgotten yet.
    Full,
    /// It did not answer in time.
    TimedOut,
}

impl StoreError {
    /// An error of this sort.
    #[must_use]
    pub const fn new(kind: StoreErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Something underneath failed.
    pub fn failed(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { kind: StoreErrorKind::Failed, source: Some(source.into().into()) }
    }

    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            StoreErrorKind::Failed => "the store failed",
            StoreErrorKind::Full => "the store is full of entries that may not be forgotten yet",
            StoreErrorKind::TimedOut => "the store did not answer in time",
        })
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
