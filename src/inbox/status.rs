//! What became of an event.

use super::event::JobId;
use crate::time::UnixTime;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// Among whose events one is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusScope {
    /// Those of the tenant with this id, at whichever endpoint.
    Tenant(Arc<str>),
    /// Those at the endpoint of this name that belong to no tenant.
    Endpoint(Arc<str>),
}

/// Where an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EventState {
    /// Waits for its first attempt.
    Queued,
    /// In hand.
    Processing,
    /// Handled, or found obsolete.
    Done,
    /// An attempt failed; it waits for the next.
    Failed,
    /// Given up.
    Dead,
}

/// What became of an event. As JSON, times are RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EventStatus {
    /// The job that handles it.
    pub job: JobId,
    /// Where it is.
    #[serde(rename = "status")]
    pub state: EventState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last attempt failed that did.
    pub last_error: Option<String>,
    /// Whether a newer revision made it obsolete; then it was not handled, and its state is [`EventState::Done`].
    pub obsolete: bool,
    /// When it was received.
    #[serde(serialize_with = "time")]
    pub received_at: UnixTime,
    /// When its state changed last.
    #[serde(serialize_with = "time")]
    pub updated_at: UnixTime,
    /// When it is tried next, if it failed.
    #[serde(serialize_with = "optional_time", skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<UnixTime>,
}

impl EventStatus {
    /// An event that was received at `received_at` and waits.
    #[must_use]
    pub const fn queued(job: JobId, received_at: UnixTime) -> Self {
        Self {
            job,
            state: EventState::Queued,
            attempts: 0,
            last_error: None,
            obsolete: false,
            received_at,
            updated_at: received_at,
            next_attempt_at: None,
        }
    }
}

fn time<S: Serializer>(time: &UnixTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

fn optional_time<S: Serializer>(time: &Option<UnixTime>, serializer: S) -> Result<S::Ok, S::Error> {
    time.as_ref().map(ToString::to_string).serialize(serializer)
}
