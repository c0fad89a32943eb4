//! Buildkite (token mode).

use super::prelude::*;

/// [Buildkite (token mode)](https://buildkite.com/docs/apis/webhooks/pipelines): Nothing is signed; the webhook's token
/// is repeated in `X-Buildkite-Token`.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text itself, compared
/// as text. Id: `X-Buildkite-Request` (a UUID) is seen in real requests but not documented; body ids name objects.
/// Signature mode sends `X-Buildkite-Signature` in place of this header; prefer it.
pub const BUILDKITE_TOKEN: Recipe = Recipe {
    name: Borrowed("buildkite_token"),
    provider: provider(
        "Buildkite (token mode)",
        "https://buildkite.com/docs/apis/webhooks/pipelines",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("x-buildkite-token", Hex)] }),
    content: NOTHING_SIGNED,
    kind: unsigned_header("x-buildkite-event"),
    ..NOTHING_ELSE
};
