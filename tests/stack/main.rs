//! The layers as one stack and each on its own: tower's contract, hostile bodies, every rejection, and what must never
//! be seen in a response or a log.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod allocations;
mod auto_traits;
mod bodies;
mod common;
mod contract;
mod hooks;
mod rejections;
mod secrecy;
mod unauthenticated;
mod unread;
