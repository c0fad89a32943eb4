//! For tests, yours and ours (feature `testing`).

mod clock;
pub mod store_conformance;
mod sign;

pub use self::clock::FakeClock;
pub use self::sign::{Signing, sign};
