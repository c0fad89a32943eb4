//! Moments: values, wherever they come from.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// A moment on the wall clock, in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime {
    millis: i64,
}

impl UnixTime {
    /// From seconds since the epoch; saturates at the ends of the range.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self { millis: seconds.saturating_mul(1000) }
    }

    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self { millis }
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.millis.div_euclid(1000)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.millis
    }

    /// How far `self` is after `earlier`; zero if it is not after it.
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        if self.millis <= earlier.millis {
            return Duration::ZERO;
        }
        Duration::from_millis(self.millis.abs_diff(earlier.millis))
    }

    /// `duration` later; saturates.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self { millis: self.millis.saturating_add(millis) }
    }

    /// `duration` earlier; saturates.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self { millis: self.millis.saturating_sub(millis) }
    }
}

#[cfg(feature = "layers")]
impl UnixTime {
    /// RFC 3339 in UTC, always with milliseconds.
    pub(crate) fn to_rfc3339_millis(self) -> String {
        match jiff::Timestamp::from_millisecond(self.millis) {
            Ok(timestamp) => format!("{timestamp:.3}"),
            Err(_) => self.to_string(),
        }
    }
}

impl From<SystemTime> for UnixTime {
    fn from(time: SystemTime) -> Self {
        let millis = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |millis| -millis),
        };
        Self { millis }
    }
}

/// RFC 3339 in UTC, as in `2026-11-22T05:53:27Z`; milliseconds where there are any.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.millis) {
            Ok(timestamp) => write!(f, "{timestamp}"),
            // Beyond the year 9999 there is no RFC 3339 form.
            Err(_) => write!(f, "{} ms since the epoch", self.millis),
        }
    }
}

/// A moment on the monotonic clock: time since an origin that only the clock knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Monotonic(Duration);

impl Monotonic {
    /// `elapsed` after the clock's origin.
    #[must_use]
    pub const fn from_origin(elapsed: Duration) -> Self {
        Self(elapsed)
    }

    /// Time since the clock's origin.
    #[must_use]
    pub const fn since_origin(self) -> Duration {
        self.0
    }

    /// How far `self` is after `earlier`; zero if it is not after it.
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// `duration` later; saturates.
    #[must_use]
    pub const fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }
}
