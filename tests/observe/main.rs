//! What is left of requests once they are answered: audit entries and metrics.
#![allow(clippy::unwrap_used, missing_docs, reason = "a panic is how a test fails, and its name is its documentation")]

mod common;

mod files;
mod load;
mod measured;
mod queue;
mod table;
