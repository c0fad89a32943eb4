//! What the inbox tells of itself: one function per fact. Without the feature `tracing`, they are empty.

use super::{event::InboxEvent, store::Pushed};
use crate::stores::StoreError;
use std::time::Duration;

/// An event was pushed, or could not be.
pub(super) fn pushed(event: &InboxEvent, pushed: &Result<Pushed, StoreError>, took: Duration) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "tower_webhook::inbox",
        endpoint = event.endpoint(),
        job = event.job().as_str(),
        result = match pushed {
            Ok(Pushed::New) => "new",
            Ok(Pushed::Known) => "known",
            Ok(Pushed::Full) => "full",
            Err(_) => "failed",
        },
        latency_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "inbox push"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (event, pushed, took);
}
