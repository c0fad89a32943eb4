//! Each provider's challenge as it documents it, with the exact answer; and each forged, unconfigured or misshapen one,
//! with nothing of it in the answer.
#![allow(clippy::unwrap_used, missing_docs, reason = "a panic is how a test fails, and its name is its documentation")]

mod common;

mod answers;
mod asked;
mod placement;
mod posted;
mod signed;
