//! `GET /metrics`, as Prometheus reads it.
//!
//! Anybody can read it who reaches the listener: numbers, and the names of sources. A proxy in front keeps it inside.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::{error::Error, time::Duration};
use tower_webhook::metrics::{self, Gauges};

/// What was counted so far.
#[derive(Clone)]
pub(crate) struct Metrics {
    handle: PrometheusHandle,
}

impl Metrics {
    /// From now on everything is counted.
    pub(crate) fn install() -> Result<Self, Box<dyn Error>> {
        let sizes = Matcher::Full(metrics::BODY_BYTES.to_owned());
        let recorder = PrometheusBuilder::new()
            .set_buckets(&metrics::SECONDS)?
            .set_buckets_for_metric(sizes, &metrics::BYTES)?
            .build_recorder();
        let handle = recorder.handle();
        ::metrics::set_global_recorder(recorder)?;
        metrics::describe();
        Ok(Self { handle })
    }

    pub(crate) fn page(&self) -> Response {
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], self.handle.render()).into_response()
    }

    /// Sets the gauges now and then, and lets go of what the recorder keeps for a rendering that nobody asks for.
    pub(crate) async fn keep_up(self, gauges: Gauges) {
        let mut often = tokio::time::interval(Duration::from_secs(1));
        loop {
            often.tick().await;
            gauges.set().await;
            self.handle.run_upkeep();
        }
    }
}
