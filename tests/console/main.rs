//! The gateway's test console, in a browser.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../../examples/gateway/console/mod.rs"]
mod console;
#[allow(dead_code)]
#[path = "../catalogue/fixture.rs"]
mod fixture;
mod gateway;
mod page;
mod served;
mod signing;
mod webdriver;
