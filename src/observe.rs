//! What the crate tells `tracing`. Without the feature, every function here is empty.

/// A setting that works but is risky.
pub(crate) fn warning(field: &str, advice: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_webhook", field, "`{field}` {advice}");
    #[cfg(not(feature = "tracing"))]
    let _ = (field, advice);
}
