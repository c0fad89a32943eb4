//! Whole deliveries through whole stacks: every layer, every host, every way a delivery can end.
#![allow(clippy::unwrap_used, missing_docs, reason = "a panic is how a test fails, and its name is its documentation")]

mod common;

mod audit;
mod config;
mod hosts_axum;
mod hosts_hyper;
mod hosts_tonic;
mod large_bodies;
mod limits;
mod replay;
mod replay_endings;
mod replay_keys;
mod report_only;
mod seams;
mod tenants;
