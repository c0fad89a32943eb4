//! What the crate tells `tracing`. Without the feature, every function here is empty.

/// A setting that works but is risky.
pub(crate) fn warning(field: &str, advice: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_webhook", field, "`{field}` {advice}");
    #[cfg(not(feature = "tracing"))]
    let _ = (field, advice);
}

/// The service is not wired to know who is calling, so that every request fails.
#[cfg(feature = "layers")]
pub(crate) fn peer_unknown(advice: &str) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "tower_webhook", code = "peer_unknown", "{advice}");
    #[cfg(not(feature = "tracing"))]
    let _ = advice;
}
