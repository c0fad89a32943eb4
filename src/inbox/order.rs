//! Revisions that come too late.

use super::{event::InboxEvent, store::Revision};
use crate::{
    error::ConfigError,
    schemes::json::{self, is_pointer},
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Keeps what is older from being handled after what is newer.
///
/// Of events about one entity at one endpoint, from one tenant, one is handled at a time, and none after a newer one was
/// done: such a one is *obsolete*, and done without the handler. An event that waits for another one about its entity is
/// given back for a second, which does not count as an attempt. Revisions that are equal are all handled. What is
/// remembered of an entity lasts as long as its store keeps done jobs: an older revision that comes after that is
/// handled. A handler that runs on after its job was taken from it (its worker was taken for dead, or it blocks its thread)
/// is not held up by any of this.
///
/// Both values are found by JSON pointers (RFC 6901). The entity is a string or an integer. The revision is an integer,
/// as a number or in a string, or a time as RFC 3339 writes it; of one entity, all the same. Both must be there once, in
/// a payload that is JSON; an event that is not so is [dead](Missing::Dead), unless [`missing`](Self::missing) says
/// otherwise.
///
/// ```
/// use std::sync::Arc;
/// use tower_webhook::{Inbox, InboxWorker, OrderGuard, inbox::{Job, JobError}, testing::MemoryJobStore};
///
/// let inbox = Inbox::builder(Arc::new(MemoryJobStore::default())).build()?;
/// let worker = InboxWorker::from_fn(&inbox, async |job: Job| -> Result<(), JobError> { Ok(()) })
///     .order(OrderGuard::new("/account/id", "/revision")?.endpoints(["comapi"]))
///     .build()?;
/// # let _ = worker;
/// # Ok::<(), tower_webhook::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct OrderGuard {
    entity: Arc<str>,
    revision: Arc<str>,
    missing: Missing,
    endpoints: Option<Arc<[Arc<str>]>>,
}

/// What becomes of an event that has no entity, or no revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// It is dead: kept, with an error that says what is missing. So a pointer that is wrong is noticed.
    Dead,
    /// It is handled, whatever else is in hand or was handled.
    Handle,
}

impl OrderGuard {
    /// The entity, and its revision, are at these JSON pointers.
    ///
    /// # Errors
    ///
    /// When one of them is no JSON pointer.
    pub fn new(entity: impl Into<Arc<str>>, revision: impl Into<Arc<str>>) -> Result<Self, ConfigError> {
        let (entity, revision) = (entity.into(), revision.into());
        for (field, pointer) in [("order.entity", &entity), ("order.revision", &revision)] {
            if !is_pointer(pointer) {
                return Err(ConfigError::new(field, format!("is `{pointer}`, which is no JSON pointer")));
            }
        }
        Ok(Self { entity, revision, missing: Missing::Dead, endpoints: None })
    }

    /// What becomes of events that have no entity, or no revision.
    pub const fn missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// Guards the events of these endpoints alone; of all, unless set.
    pub fn endpoints(mut self, names: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        self.endpoints = Some(names.into_iter().map(Into::into).collect());
        self
    }

    pub(super) fn covers(&self, event: &InboxEvent) -> bool {
        self.endpoints.as_ref().is_none_or(|names| names.iter().any(|name| &**name == event.endpoint()))
    }

    /// Which revision of what it is; `None` if it shall be handled without one.
    pub(super) fn revision(&self, event: &InboxEvent) -> Result<Option<Revision>, String> {
        let missing = |what: &str, pointer: &str| match self.missing {
            Missing::Handle => Ok(None),
            Missing::Dead => Err(format!("there is no {what} at `{pointer}` by which to order it")),
        };
        let Some(entity) = text(event, &self.entity).filter(|entity| !entity.is_empty()) else {
            return missing("entity", &self.entity);
        };
        let Some(number) = text(event, &self.revision).and_then(|revision| number(&revision)) else {
            return missing("revision", &self.revision);
        };
        Ok(Some(Revision::new(key(event, &entity), number)))
    }
}

/// The string or integer at `pointer`.
fn text(event: &InboxEvent, pointer: &str) -> Option<String> {
    let text = json::unique(event.payload(), pointer).ok()?;
    match json::string(text) {
        Some(string) => Some(string.into_owned()),
        None => json::is_integer(text).then(|| text.to_owned()),
    }
}

fn number(revision: &str) -> Option<i64> {
    if json::is_integer(revision) {
        return revision.parse().ok();
    }
    // What follows is a time as RFC 3339 writes it, or jiff takes it for no moment. In nanoseconds: two changes within
    // a millisecond have an order, too.
    let shape = revision.get(..19).map(|start| start.bytes().enumerate());
    let looks_right = shape.is_some_and(|mut bytes| {
        bytes.all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            10 => byte == b'T' || byte == b't',
            13 | 16 => byte == b':',
            _ => byte.is_ascii_digit(),
        })
    });
    let time: jiff::Timestamp = Some(revision).filter(|text| looks_right && text.len() <= 35)?.parse().ok()?;
    i64::try_from(time.as_nanosecond()).ok()
}

/// A digest: of any length, and of any characters, an entity is the same 64 in every store.
fn key(event: &InboxEvent, entity: &str) -> String {
    let mut digest = Sha256::new();
    // Each with its length, so that no two read the same.
    for part in [event.endpoint(), event.tenant().unwrap_or_default(), entity] {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.update([u8::from(event.tenant().is_some())]);
    const_hex::encode(digest.finalize())
}
