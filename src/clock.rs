//! Where time enters the crate: here and nowhere else.

use crate::time::{Monotonic, UnixTime};
use std::{
    fmt,
    sync::OnceLock,
    time::{Instant, SystemTime},
};

/// Where the layers get the time from.
///
/// Two times, because they answer two questions: a sender's timestamp is compared with the wall clock, while leases,
/// retention and quotas must not care when somebody sets that clock. Tests use `testing::FakeClock`.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The wall clock.
    fn now(&self) -> UnixTime;

    /// Time since some fixed moment; never goes back.
    fn monotonic(&self) -> Monotonic;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "to be named as a value")]
pub struct SystemClock;

#[expect(clippy::disallowed_methods, reason = "this is where time enters")]
impl Clock for SystemClock {
    fn now(&self) -> UnixTime {
        SystemTime::now().into()
    }

    fn monotonic(&self) -> Monotonic {
        static ORIGIN: OnceLock<Instant> = OnceLock::new();
        Monotonic::from_origin(ORIGIN.get_or_init(Instant::now).elapsed())
    }
}
