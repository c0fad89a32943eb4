//! Buildkite (signature mode).

use super::prelude::*;

/// [Buildkite](https://buildkite.com/docs/apis/webhooks), webhooks with a signature: `X-Buildkite-Signature:
/// timestamp=…,signature=…`.
///
/// Signed: the digits of `timestamp` (Unix seconds), a dot, the raw body, with the type, `event`, in it. Not covered:
/// any other header, so neither `X-Buildkite-Event`. Five minutes, as in Buildkite's example, both ways. The secret is
/// the webhook's token. No id is documented. Webhooks that send the token itself are
/// [`BUILDKITE_TOKEN`](super::BUILDKITE_TOKEN).
pub const BUILDKITE: Recipe = Recipe {
    name: Borrowed("buildkite"),
    provider: provider(
        "Buildkite (signature mode)",
        "https://buildkite.com/docs/apis/webhooks",
        "any header",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[items("x-buildkite-signature", &[Borrowed("signature")])] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("timestamp"), 300),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
