//! Sentry (integration platform).

use super::prelude::*;

/// [Sentry](https://docs.sentry.io/organization/integrations/integration-platform/webhooks/), integration platform: hex
/// HMAC-SHA256 of the body in `Sentry-Hook-Signature`; in `Sentry-App-Signature` for older installations.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so neither `Sentry-Hook-Timestamp`,
/// the request's id (`Request-ID`) nor the resource (`Sentry-Hook-Resource`), which is the type; `action` in the body
/// says what happened to it. Whether the id stays the same on a retry is not documented. The secret is the client
/// secret.
pub const SENTRY: Recipe = Recipe {
    name: Borrowed("sentry"),
    provider: provider(
        "Sentry (integration platform)",
        "https://docs.sentry.io/organization/integrations/integration-platform/webhooks/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("sentry-hook-signature", Hex), bare("sentry-app-signature", Hex)] }),
    id: unsigned_header("request-id"),
    kind: unsigned_header("sentry-hook-resource"),
    ..NOTHING_ELSE
};
