//! For tests, yours and ours (feature `testing`).

mod clock;

pub use self::clock::FakeClock;
