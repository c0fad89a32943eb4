//! Where records go.

use super::record::AuditRecord;

/// Takes in the records. Closures implement it, and pairs of sinks, and `Option`: `None` records nothing.
pub trait AuditSink: Clone {
    /// Must not block.
    fn record(&self, record: AuditRecord);
}

impl<F: Fn(AuditRecord) + Clone> AuditSink for F {
    fn record(&self, record: AuditRecord) {
        self(record);
    }
}

/// Both take in each record, the first one first.
impl<A: AuditSink, B: AuditSink> AuditSink for (A, B) {
    fn record(&self, record: AuditRecord) {
        self.0.record(record.clone());
        self.1.record(record);
    }
}

impl<A: AuditSink> AuditSink for Option<A> {
    fn record(&self, record: AuditRecord) {
        if let Some(sink) = self {
            sink.record(record);
        }
    }
}

/// Makes one `tracing` event of each record, under the target `tower_webhook::audit`.
#[cfg(feature = "tracing")]
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "to be named as a value")]
pub struct TracingSink;

#[cfg(feature = "tracing")]
impl AuditSink for TracingSink {
    fn record(&self, record: AuditRecord) {
        use crate::observe::Clipped;
        tracing::info!(
            target: "tower_webhook::audit",
            outcome = record.outcome().code(),
            status = record.status().map(|status| status.as_u16()),
            route = record.route(),
            path = %Clipped(record.path()),
            scheme = record.scheme(),
            tenant = record.tenant(),
            key_id = record.key_id(),
            client_ip = record.client_ip().map(tracing::field::display),
            event_id = record.event_id().map(Clipped).map(tracing::field::display),
            latency_us = u64::try_from(record.latency().as_micros()).unwrap_or(u64::MAX),
            "webhook attempt"
        );
    }
}
