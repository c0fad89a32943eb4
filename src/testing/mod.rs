//! For tests, yours and ours (feature `testing`).

mod clock;
mod event;
mod sign;
pub mod store_conformance;

pub use self::{
    clock::FakeClock,
    event::EventBuilder,
    sign::{Signing, sign},
};
