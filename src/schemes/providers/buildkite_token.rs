//! Buildkite (token mode).

use super::prelude::*;

/// [Buildkite](https://buildkite.com/docs/apis/webhooks/pipelines), webhooks with a token: the token itself in
/// `X-Buildkite-Token`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the token can forge deliveries, and the type in
/// `X-Buildkite-Event`. No id is documented. Let Buildkite send a signature instead, and use
/// [`BUILDKITE`](super::BUILDKITE).
pub const BUILDKITE_TOKEN: Recipe = Recipe {
    name: Borrowed("buildkite_token"),
    provider: provider(
        "Buildkite (token mode)",
        "https://buildkite.com/docs/apis/webhooks/pipelines",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("x-buildkite-token", Hex)] }),
    content: NOTHING_SIGNED,
    kind: unsigned_header("x-buildkite-event"),
    ..NOTHING_ELSE
};
