//! The example `gateway`, started as its operator would, and spoken to as its senders do.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
#![cfg(unix)]

mod answers;
mod config;
mod events;
mod life;
mod limits;
mod partners;
mod process;
mod reload;
mod sender;
