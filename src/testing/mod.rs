//! For tests, yours and ours (feature `testing`).

mod clock;
mod event;
#[cfg(feature = "inbox")]
mod job_store;
#[cfg(feature = "inbox")]
pub mod job_store_conformance;
#[cfg(feature = "public-key")]
mod keys;
#[cfg(feature = "message-signatures")]
pub(crate) mod message;
mod sign;
pub mod store_conformance;
#[cfg(feature = "public-key")]
pub(crate) mod token;

#[cfg(feature = "inbox")]
pub use self::job_store::MemoryJobStore;
#[cfg(feature = "public-key")]
pub use self::keys::TestKey;
pub use self::{
    clock::FakeClock,
    event::EventBuilder,
    sign::{Signing, sign},
};
