//! What the audit trail said lately.

use serde::Serialize;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use tower_webhook::layers::audit::{AuditRecord, AuditSink};

/// As many as a page can show.
const KEPT: usize = 30;
/// In characters: a path is as long as a stranger makes it.
const LONGEST: usize = 160;

/// The last attempts, in memory. An audit sink: put it beside the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecentAttempts {
    attempts: Arc<Mutex<VecDeque<Attempt>>>,
}

/// Without the payload.
#[derive(Debug, Serialize)]
struct Attempt {
    at_ms: i64,
    route: String,
    outcome: &'static str,
    status: Option<u16>,
    client_ip: Option<String>,
    event_id: Option<String>,
    latency_us: u64,
}

impl AuditSink for RecentAttempts {
    fn record(&self, record: AuditRecord) {
        let attempt = Attempt {
            at_ms: record.at().as_millis(),
            route: clipped(record.route().unwrap_or(record.path())),
            outcome: record.outcome().code(),
            status: record.status().map(|status| status.as_u16()),
            client_ip: record.client_ip().map(|ip| ip.to_string()),
            event_id: record.event_id().map(clipped),
            latency_us: u64::try_from(record.latency().as_micros()).unwrap_or(u64::MAX),
        };
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.truncate(KEPT - 1);
        attempts.push_front(attempt);
    }
}

impl RecentAttempts {
    /// The newest first.
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        serde_json::to_vec(&*attempts).unwrap_or_else(|_| b"[]".to_vec())
    }
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
