//! A clock that stands still.

use crate::{
    clock::Clock,
    time::{Monotonic, UnixTime},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// A clock that moves only when told to. Clones show the same time.
///
/// ```
/// use std::time::Duration;
/// use tower_webhook::{Clock, UnixTime, testing::FakeClock};
///
/// let clock = FakeClock::at(UnixTime::from_seconds(1_764_000_000));
/// clock.advance(Duration::from_secs(300));
/// assert_eq!(clock.now(), UnixTime::from_seconds(1_764_000_300));
/// ```
#[derive(Clone, Debug)]
pub struct FakeClock {
    times: Arc<Mutex<(UnixTime, Monotonic)>>,
}

impl FakeClock {
    /// Stands at `now`.
    #[must_use]
    pub fn at(now: UnixTime) -> Self {
        Self { times: Arc::new(Mutex::new((now, Monotonic::default()))) }
    }

    /// Time passes.
    pub fn advance(&self, by: Duration) {
        self.change(|(now, monotonic)| {
            *now = now.saturating_add(by);
            *monotonic = monotonic.saturating_add(by);
        });
    }

    /// Somebody sets the wall clock; no time passes.
    pub fn set_wall_clock(&self, to: UnixTime) {
        self.change(|(now, _)| *now = to);
    }

    fn change<T>(&self, change: impl FnOnce(&mut (UnixTime, Monotonic)) -> T) -> T {
        change(&mut self.times.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Clock for FakeClock {
    fn now(&self) -> UnixTime {
        self.change(|times| times.0)
    }

    fn monotonic(&self) -> Monotonic {
        self.change(|times| times.1)
    }
}
