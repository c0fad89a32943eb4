//! For tests, yours and ours (feature `testing`).

mod clock;
pub mod store_conformance;

pub use self::clock::FakeClock;
