//! The inbox and its stores, through their public interface.
#![allow(clippy::unwrap_used, missing_docs)]

mod memory;
