//! The inbox and its stores, through their public interface.
#![allow(clippy::unwrap_used, missing_docs)]

mod killed;
mod memory;
mod postgres;
mod redis;
mod redis_server;
mod servers;
mod sqlite;
mod ten_thousand;
mod trouble;

use http::HeaderMap;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use tower_webhook::{
    UnixTime,
    inbox::{InboxEvent, JobId, PushTerms},
    testing::EventBuilder,
};

/// So many seconds after a test began, as its store sees it.
fn at(seconds: u64) -> UnixTime {
    UnixTime::from_seconds(1_764_000_000).saturating_add(Duration::from_secs(seconds))
}

fn event(id: &str) -> InboxEvent {
    event_of(id, "{}")
}

fn event_of(id: &str, payload: &str) -> InboxEvent {
    let event = EventBuilder::new("partner", payload.to_owned()).id(id).received_at(at(0)).build();
    InboxEvent::new("hooks", &event, &HeaderMap::new(), &[])
}

fn terms() -> PushTerms {
    PushTerms::new(1000, 1 << 20, 3, at(0))
}

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn folder() -> Folder {
    folder_in(&std::env::temp_dir())
}

fn folder_in(base: &Path) -> Folder {
    let path = base.join(format!("tower-webhook-{}", JobId::random()));
    std::fs::create_dir(&path).unwrap();
    Folder(path)
}
