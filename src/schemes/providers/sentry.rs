//! Sentry (integration platform).

use super::prelude::*;

/// [Sentry (integration platform)](https://docs.sentry.io/organization/integrations/integration-platform/webhooks/):
/// Hex HMAC-SHA256 of the raw body in `Sentry-Hook-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (client secret). A UUID per request; that it stays
/// the same over retries is not documented. Sentry-Hook-Timestamp is not signed. Legacy installations may send
/// `Sentry-App-Signature`.
pub const SENTRY: Recipe = Recipe {
    name: Borrowed("sentry"),
    provider: provider(
        "Sentry (integration platform)",
        "https://docs.sentry.io/organization/integrations/integration-platform/webhooks/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("sentry-hook-signature", Hex), bare("sentry-app-signature", Hex)] }),
    id: unsigned_header("request-id"),
    kind: unsigned_header("sentry-hook-resource"),
    ..NOTHING_ELSE
};
