//! Buildkite (signature mode).

use super::prelude::*;

/// [Buildkite (signature mode)](https://buildkite.com/docs/apis/webhooks): `{timestamp}.{body}`; hex HMAC-SHA256 in
/// item signature of `X-Buildkite-Signature`.
///
/// Not covered: `X-Buildkite-Event` and the other headers. The time may be off by 5 minutes both ways, as its
/// documentation asks. Five minutes is its example. Secret: The webhook token as UTF-8 bytes. Id: No event id is
/// documented. Token mode sends the token itself in `X-Buildkite-Token`; choose one mode per webhook.
pub const BUILDKITE: Recipe = Recipe {
    name: Borrowed("buildkite"),
    provider: provider(
        "Buildkite (signature mode)",
        "https://buildkite.com/docs/apis/webhooks",
        "X-Buildkite-Event and the other headers",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[items("x-buildkite-signature", &[Borrowed("signature")])] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("timestamp"), 300),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
