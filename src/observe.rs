//! What the crate tells `tracing`, one event per decision, and `metrics`. Without these features, every function here is
//! empty.
//!
//! No secret and no signature is in any of them, and of a payload no more than the event's id.

#[cfg(feature = "layers")]
use crate::{clock::Clock, event::VerifiedEvent, rejection::Rejection, time::Monotonic};
#[cfg(feature = "layers")]
use http::Extensions;
#[cfg(feature = "layers")]
use std::sync::Arc;

/// A setting that works but is risky.
pub(crate) fn warning(field: &str, advice: &str) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "tower_webhook", field, "`{field}` {advice}");
    #[cfg(not(feature = "tracing"))]
    let _ = (field, advice);
}

/// When a decision began, if anybody listens.
#[cfg(feature = "layers")]
#[derive(Clone)]
pub(crate) struct Started {
    #[cfg_attr(
        not(any(feature = "tracing", feature = "metrics")),
        allow(dead_code, reason = "read by events and metrics alone")
    )]
    since: Option<(Arc<dyn Clock>, Monotonic)>,
}

#[cfg(feature = "layers")]
impl std::fmt::Debug for Started {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Started").finish_non_exhaustive()
    }
}

#[cfg(feature = "layers")]
impl Started {
    pub(crate) fn now(clock: &Arc<dyn Clock>) -> Self {
        let listening = (cfg!(feature = "tracing") && enabled()) || verifications_are_timed();
        Self { since: listening.then(|| (Arc::clone(clock), clock.monotonic())) }
    }

    /// For decisions that take no time worth telling.
    pub(crate) const fn unknown() -> Self {
        Self { since: None }
    }

    #[cfg(any(feature = "tracing", feature = "metrics"))]
    fn elapsed(&self) -> Option<std::time::Duration> {
        let (clock, since) = self.since.as_ref()?;
        Some(clock.monotonic().saturating_since(*since))
    }

    #[cfg(feature = "tracing")]
    fn micros(&self) -> Option<u64> {
        u64::try_from(self.elapsed()?.as_micros()).ok()
    }
}

/// Whether anybody has asked for metrics: the facade does not say whether there is a recorder.
#[cfg(feature = "metrics")]
static VERIFICATIONS_ARE_TIMED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

#[cfg(feature = "metrics")]
pub(crate) fn time_verifications() {
    VERIFICATIONS_ARE_TIMED.store(true, std::sync::atomic::Ordering::Relaxed);
}

#[cfg(feature = "layers")]
fn verifications_are_timed() -> bool {
    #[cfg(feature = "metrics")]
    return VERIFICATIONS_ARE_TIMED.load(std::sync::atomic::Ordering::Relaxed);
    #[cfg(not(feature = "metrics"))]
    false
}

/// A scheme has come to its verdict.
#[cfg(feature = "layers")]
pub(crate) fn judged(scheme: &Arc<str>, started: &Started) {
    #[cfg(feature = "metrics")]
    if verifications_are_timed()
        && let Some(elapsed) = started.elapsed()
    {
        let scheme = crate::metrics::label(Some(scheme));
        metrics::histogram!(crate::metrics::VERIFY_DURATION, "scheme" => scheme).record(elapsed);
    }
    #[cfg(not(feature = "metrics"))]
    let _ = (scheme, started);
}

/// Audit entries were lost.
#[cfg(feature = "layers")]
pub(crate) fn audit_dropped(sink: &'static str, count: u64) {
    #[cfg(feature = "metrics")]
    metrics::counter!(crate::metrics::AUDIT_DROPPED, "sink" => sink).increment(count);
    #[cfg(not(feature = "metrics"))]
    let _ = (sink, count);
}

#[cfg(feature = "layers")]
fn enabled() -> bool {
    #[cfg(feature = "tracing")]
    return tracing::enabled!(target: "tower_webhook", tracing::Level::INFO);
    #[cfg(not(feature = "tracing"))]
    false
}

/// The signature matched.
#[cfg(feature = "layers")]
pub(crate) fn accepted(event: &VerifiedEvent, started: Started) {
    #[cfg(feature = "tracing")]
    if enabled() {
        tracing::info!(
            target: "tower_webhook",
            outcome = "verified",
            scheme = event.scheme(),
            tenant = event.tenant().map(|tenant| tenant.id().as_str()),
            key_id = event.key_id(),
            client_ip = event.client_ip().map(tracing::field::display),
            event_id = event.id().map(Clipped).map(tracing::field::display),
            latency_us = started.micros(),
            "webhook verified"
        );
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (event, started);
}

/// The request was turned away, before anybody was known to vouch for it.
#[cfg(feature = "layers")]
pub(crate) fn rejected(rejection: &Rejection, scheme: Option<&str>, extensions: &Extensions, started: Started) {
    #[cfg(feature = "tracing")]
    if enabled() {
        let client_ip = extensions.get::<crate::net::ClientIp>();
        let event = extensions.get::<VerifiedEvent>();
        let outcome = if rejection.status().is_success() { "acknowledged" } else { "rejected" };
        let source = std::error::Error::source(rejection).map(Causes).map(tracing::field::display);
        macro_rules! emit {
            ($level:ident) => {
                tracing::$level!(
                    target: "tower_webhook",
                    outcome,
                    code = rejection.kind().code(),
                    scheme = event.map(VerifiedEvent::scheme).or(scheme),
                    tenant = event.and_then(VerifiedEvent::tenant).map(|tenant| tenant.id().as_str()),
                    key_id = event.map(VerifiedEvent::key_id),
                    client_ip = client_ip.map(tracing::field::display),
                    event_id = event.and_then(VerifiedEvent::id).map(Clipped).map(tracing::field::display),
                    latency_us = started.micros(),
                    hint = rejection.private_hint(),
                    error = source,
                    "{}", rejection.kind().title()
                )
            };
        }
        // What only the operator can mend is an error; what strangers send, however much, is not.
        let own_fault =
            rejection.status().is_server_error() && rejection.kind() != crate::rejection::RejectionKind::Overloaded;
        if own_fault {
            emit!(error);
        } else {
            emit!(info);
        }
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (rejection, scheme, extensions, started);
}

/// A provider's challenge was answered.
#[cfg(feature = "layers")]
pub(crate) fn answered(handshake: &'static str, extensions: &Extensions) {
    #[cfg(feature = "tracing")]
    if enabled() {
        let client_ip = extensions.get::<crate::net::ClientIp>().map(tracing::field::display);
        tracing::info!(target: "tower_webhook", outcome = "answered", handshake, client_ip, "webhook handshake answered");
    }
    #[cfg(not(feature = "tracing"))]
    let _ = (handshake, extensions);
}

/// Something that went wrong without changing the answer.
pub(crate) fn trouble(what: &str, error: &(dyn std::error::Error + 'static)) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "tower_webhook", error = %Causes(error), "{what}");
    #[cfg(not(feature = "tracing"))]
    let _ = (what, error);
}

/// An error, and what caused it, down to the root.
#[cfg(feature = "tracing")]
struct Causes<'a>(&'a (dyn std::error::Error + 'static));

#[cfg(feature = "tracing")]
impl std::fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let causes = std::iter::successors(self.0.source(), |error| error.source());
        // Somebody else's errors: they might go round in a circle.
        causes.take(8).try_for_each(|cause| write!(f, ": {cause}"))
    }
}

/// At most 64 characters of something a stranger may have written, control characters escaped.
#[cfg(all(feature = "layers", feature = "tracing"))]
pub(crate) struct Clipped<'a>(pub(crate) &'a str);

#[cfg(all(feature = "layers", feature = "tracing"))]
impl std::fmt::Display for Clipped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.chars().take(64).try_for_each(|character| write!(f, "{}", character.escape_debug()))
    }
}
