//! From a verified event to a stored job.

use super::{
    event::InboxEvent,
    observe,
    store::{EventSink, PushTerms, Pushed, StoreFuture},
};
use crate::{
    clock::Clock,
    rejection::{Rejection, RejectionKind},
    stores::{StoreError, StoreErrorKind},
};
use http::HeaderName;
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// How long the sender shall wait when the inbox is full: some jobs take longer than a second.
const WHILE_FULL: Duration = Duration::from_secs(5);
const AFTER_TROUBLE: Duration = Duration::from_secs(1);

/// Stores events, within bounds and in time.
#[derive(Clone, Debug)]
pub(super) struct Intake {
    pub(super) sink: Arc<dyn EventSink>,
    pub(super) capacity: u64,
    pub(super) capacity_bytes: u64,
    pub(super) attempts: u32,
    pub(super) keep_headers: Vec<HeaderName>,
    pub(super) push_timeout: Duration,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) wake: Wake,
}

impl Intake {
    pub(super) fn new(sink: Arc<dyn EventSink>, clock: Arc<dyn Clock>) -> Self {
        Self {
            sink,
            capacity: 10_000,
            capacity_bytes: 256 << 20,
            attempts: 10,
            keep_headers: Vec::new(),
            push_timeout: Duration::from_secs(2),
            clock,
            wake: Wake::default(),
        }
    }

    /// Whether it is new: in any case, it is stored.
    pub(super) async fn push(&self, event: &InboxEvent) -> Result<bool, Rejection> {
        let began = self.clock.monotonic();
        let terms = PushTerms::new(self.capacity, self.capacity_bytes, self.attempts, self.clock.now());
        let pushed = self.in_time(self.sink.push(event, &terms)).await;
        observe::pushed(event, &pushed, self.clock.monotonic().saturating_since(began));
        match pushed {
            Ok(Pushed::New) => {
                self.wake.all();
                Ok(true)
            }
            Ok(Pushed::Known) => Ok(false),
            Ok(Pushed::Full) => Err(Rejection::new(RejectionKind::InboxFull).retry_after(WHILE_FULL)),
            Err(error) => Err(unavailable(error)),
        }
    }

    pub(super) async fn in_time<T>(&self, step: StoreFuture<'_, T>) -> Result<T, StoreError> {
        let in_time = tokio::time::timeout(self.push_timeout, step).await;
        in_time.unwrap_or(Err(StoreError::new(StoreErrorKind::TimedOut)))
    }
}

pub(super) fn unavailable(error: StoreError) -> Rejection {
    Rejection::new(RejectionKind::StoreUnavailable).retry_after(AFTER_TROUBLE).caused_by(error)
}

/// Tells the workers of this process that there is something to do. One that is busy finds out when it is not.
#[derive(Clone, Debug)]
pub(super) struct Wake(Arc<watch::Sender<()>>);

impl Default for Wake {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(())))
    }
}

impl Wake {
    pub(super) fn all(&self) {
        self.0.send_replace(());
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<()> {
        self.0.subscribe()
    }
}
