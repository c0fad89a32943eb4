//! What every example needs and no app of yours will have in quite this way.
#![allow(dead_code, reason = "each example takes what it needs")]

pub(crate) mod demo;
pub(crate) mod serve;
