//! Events from their delivery to their end: acknowledged, stored, handled, asked about.
#![allow(clippy::unwrap_used, missing_docs, reason = "a panic is how a test fails, and its name is its documentation")]

mod common;

mod apalis;
mod endpoint;
mod many;
mod order;
mod read;
mod status;
mod trouble;
mod worker;
