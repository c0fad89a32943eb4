//! Acknowledge now, process later (feature `inbox`).

mod event;
mod status;
pub mod store;

pub use self::{
    event::{InboxEvent, JobId},
    status::{EventState, EventStatus, StatusScope},
    store::{
        DeadJob, Durability, End, EventSink, InboxError, Job, JobStore, Load, PushTerms, Pushed, Retention, Revision,
        SqliteJobStore, StoreFuture, Turn, WorkerName,
    },
};
