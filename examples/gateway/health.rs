//! `GET /api/health`: that the process lives, and whether it can take in events.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};
use tower_webhook::{
    Clock, SystemClock,
    inbox::{Durability, Inbox, Load, WorkerName},
    stores::StoreError,
};

/// Whoever asks more often gets the last answer again.
const FRESH: Duration = Duration::from_secs(1);
/// A store that takes longer than this is as good as none.
const PATIENCE: Duration = Duration::from_secs(1);

/// Asks the inbox, for as many as want to know.
#[derive(Clone)]
pub(crate) struct Health {
    inbox: Inbox,
    capacity: u64,
    probe: WorkerName,
    last: Arc<Mutex<Option<(Instant, StatusCode, Value)>>>,
}

impl Health {
    pub(crate) fn new(inbox: Inbox, capacity: u64) -> Self {
        Self { inbox, capacity, probe: WorkerName::unique(), last: Arc::default() }
    }

    /// Whether the store takes writes, and what waits in it. To read alone would not do: a full disk can be read.
    async fn ask(&self) -> Result<Load, StoreError> {
        let store = self.inbox.store();
        store.keep_alive(&self.probe, SystemClock.now()).await?;
        store.load().await
    }

    async fn look(&self) -> (StatusCode, Value) {
        let load = timeout(PATIENCE, self.ask()).await.ok().and_then(Result::ok);
        let ready = load.is_some_and(|load| load.jobs < self.capacity);
        let queue = load.map(|load| {
            let age = load.oldest.map(|oldest| SystemClock.now().as_millis().saturating_sub(oldest.as_millis()) / 1000);
            json!({
                "jobs": load.jobs,
                "capacity": self.capacity,
                "bytes": load.bytes,
                "oldestSeconds": age,
                "dead": load.dead,
            })
        });
        let store = if load.is_some() { "ok" } else { "unavailable" };
        let durability = match self.inbox.durability() {
            Durability::PowerLoss => "power loss",
            Durability::ProcessEnd => "process end",
            _ => "nothing",
        };
        let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, json!({"live": true, "ready": ready, "store": store, "survives": durability, "queue": queue}))
    }
}

pub(crate) async fn health(State(health): State<Health>) -> Response {
    let mut last = health.last.lock().await;
    let (status, report) = match &*last {
        Some((at, status, report)) if at.elapsed() < FRESH => (*status, report.clone()),
        _ => {
            let (status, report) = health.look().await;
            *last = Some((Instant::now(), status, report.clone()));
            (status, report)
        }
    };
    (status, Json(report)).into_response()
}
