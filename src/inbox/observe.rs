//! What the inbox tells of itself: one function per fact. Without the features `tracing` and `metrics`, they are empty.

use super::{
    event::InboxEvent,
    store::{End, Job, Load, Pushed},
};
use crate::{stores::StoreError, time::UnixTime};
use std::time::Duration;

pub(super) use crate::observe::trouble;

/// An event was pushed, or could not be.
pub(super) fn pushed(event: &InboxEvent, pushed: &Result<Pushed, StoreError>, took: Duration) {
    let result = match pushed {
        Ok(Pushed::New) => "new",
        Ok(Pushed::Known) => "known",
        Ok(Pushed::Full) => "full",
        Err(_) => "failed",
    };
    #[cfg(feature = "metrics")]
    metrics::histogram!(crate::metrics::INBOX_PUSH_DURATION, "result" => result).record(took);
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "tower_webhook::inbox",
        endpoint = event.endpoint(),
        job = event.job().as_str(),
        result,
        latency_us = micros(took),
        "inbox push"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (event, result, took);
}

/// How an attempt ended.
pub(super) struct Ended<'a> {
    pub(super) job: &'a Job,
    /// None where the job was not in hand any more, or its end could not be stored.
    pub(super) end: Option<&'a End>,
    /// From the moment it was begun.
    pub(super) took: Duration,
}

impl Ended<'_> {
    /// One of a closed set.
    const fn result(&self) -> &'static str {
        match self.end {
            Some(End::Done) => "done",
            Some(End::Obsolete) => "obsolete",
            Some(End::Retry { .. }) => "retried",
            Some(End::Dead { .. }) => "dead",
            Some(End::Return { .. }) => "busy",
            None => "lost",
        }
    }
}

/// An attempt ended.
pub(super) fn ended(ended: &Ended<'_>) {
    let result = ended.result();
    #[cfg(feature = "metrics")]
    {
        metrics::counter!(crate::metrics::INBOX_JOBS, "result" => result).increment(1);
        if matches!(ended.end, Some(End::Done | End::Retry { .. } | End::Dead { .. })) {
            metrics::histogram!(crate::metrics::INBOX_JOB_DURATION).record(ended.took);
        }
    }
    #[cfg(feature = "tracing")]
    {
        macro_rules! emit {
            ($level:ident) => {
                tracing::$level!(
                    target: "tower_webhook::inbox",
                    endpoint = ended.job.event.endpoint(),
                    job = ended.job.event.job().as_str(),
                    attempt = ended.job.attempt,
                    result,
                    error = match ended.end {
                        Some(End::Retry { error, .. } | End::Dead { error }) => Some(super::store::error_text(error)),
                        _ => None,
                    },
                    latency_us = micros(ended.took),
                    "inbox job"
                )
            };
        }
        match ended.end {
            Some(End::Dead { .. }) | None => emit!(error),
            Some(End::Retry { .. }) => emit!(warn),
            _ => emit!(debug),
        }
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (result, ended.job, ended.took);
}

/// Whether anybody wants to know the load, which a store may have to count.
pub(super) fn wants_load() -> bool {
    #[cfg(feature = "tracing")]
    return tracing::enabled!(target: "tower_webhook::inbox", tracing::Level::DEBUG);
    #[cfg(not(feature = "tracing"))]
    false
}

/// What waits and is in hand.
pub(super) fn load(load: &Load, now: UnixTime) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: "tower_webhook::inbox",
        jobs = load.jobs,
        bytes = load.bytes,
        dead = load.dead,
        oldest_age_seconds = load.oldest.map(|oldest| now.saturating_since(oldest).as_secs()),
        "inbox load"
    );
    #[cfg(not(feature = "tracing"))]
    let _ = (load, now);
}

#[cfg(feature = "tracing")]
fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
