//! How long a failed job waits.

use crate::error::ConfigError;
use std::time::Duration;
use ulid::Ulid;

/// Far from where durations end.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// How long a job waits after it failed: the longer, the more often it has.
///
/// After the nth attempt the bound is `first` · 2ⁿ, and never more than `longest`. Out of the upper part of it that
/// [`jitter`](Self::jitter) says, each job draws a wait of its own, so that those that failed together do not come back
/// together. None is shorter than `first`.
///
/// ```
/// use std::time::Duration;
/// use tower_webhook::inbox::Backoff;
///
/// let backoff = Backoff::exponential(Duration::from_secs(2), Duration::from_secs(60))?.jitter(0.5)?;
/// let waits = |attempt| backoff.wait(attempt).as_secs_f64();
/// assert!((2.0..=4.0).contains(&waits(1)));
/// assert!((8.0..=16.0).contains(&waits(3)));
/// assert!((30.0..=60.0).contains(&waits(9)));
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    jitter: f64,
}

impl Default for Backoff {
    /// From 1 second to 15 minutes, with full jitter.
    fn default() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_secs(15 * 60), jitter: 1.0 }
    }
}

impl Backoff {
    /// At least `first`, at most `longest`, with full jitter. Stores that keep whole seconds round up.
    ///
    /// # Errors
    ///
    /// When `first` is 0, or longer than `longest`, or that is more than 365 days.
    pub fn exponential(first: Duration, longest: Duration) -> Result<Self, ConfigError> {
        if first.is_zero() {
            return Err(ConfigError::new(
                "backoff.first",
                "is zero, so that a job that fails would be tried without end",
            ));
        }
        if first > longest {
            return Err(ConfigError::new("backoff.longest", "is shorter than the first wait"));
        }
        if longest > LONGEST {
            return Err(ConfigError::new("backoff.longest", "is more than a year"));
        }
        Ok(Self { first, longest, jitter: 1.0 })
    }

    /// How much of the bound is left to chance: all of it for 1, which is the default, nothing for 0.
    ///
    /// # Errors
    ///
    /// When it is not within 0 and 1.
    pub fn jitter(mut self, jitter: f64) -> Result<Self, ConfigError> {
        if !(0.0..=1.0).contains(&jitter) {
            return Err(ConfigError::new("backoff.jitter", "must be within 0 and 1"));
        }
        self.jitter = jitter;
        Ok(self)
    }

    /// A wait after the `attempt`th attempt (the first is 1) failed: another one each time.
    #[must_use]
    pub fn wait(&self, attempt: u32) -> Duration {
        // 53 bits of 80 random ones: what a fraction holds.
        let drawn = (Ulid::generate().random() & ((1 << 53) - 1)) as f64 / (1_u64 << 53) as f64;
        let bound = 2_u32.checked_pow(attempt).map_or(self.longest, |factor| self.first.saturating_mul(factor));
        let bound = bound.min(self.longest);
        let spread = bound.saturating_sub(self.first).min(bound.mul_f64(self.jitter));
        bound.saturating_sub(spread.mul_f64(drawn))
    }
}
