//! For tests, yours and ours (feature `testing`).

mod clock;
mod event;
#[cfg(feature = "public-key")]
mod keys;
// Until recipes hold message signatures, nothing but tests asks for one.
#[cfg(feature = "message-signatures")]
#[allow(dead_code)]
pub(crate) mod message;
mod sign;
pub mod store_conformance;
// Until recipes hold tokens, nothing but tests asks for one.
#[cfg(feature = "public-key")]
#[allow(dead_code)]
pub(crate) mod token;

#[cfg(feature = "public-key")]
pub use self::keys::TestKey;
pub use self::{
    clock::FakeClock,
    event::EventBuilder,
    sign::{Signing, sign},
};
