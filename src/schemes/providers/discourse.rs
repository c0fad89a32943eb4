//! Discourse.

use super::prelude::*;

/// [Discourse](https://meta.discourse.org/t/configure-webhooks-that-trigger-on-discourse-events-to-integrate-with-external-services/49045):
/// Hex HMAC-SHA256 of the raw body in `X-Discourse-Event-Signature` after "sha256=".
///
/// Not covered: time, URL, or any header. A counter per site: combine it with `X-Discourse-Instance` when several sites
/// post to one endpoint. `X-Discourse-Event-Type` is the group (post, topic), `X-Discourse-Event` the single event.
pub const DISCOURSE: Recipe = Recipe {
    name: Borrowed("discourse"),
    provider: provider(
        "Discourse",
        "https://meta.discourse.org/t/configure-webhooks-that-trigger-on-discourse-events-to-integrate-with-external-services/49045",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("x-discourse-event-signature", "sha256=", Hex)] }),
    id: unsigned_header("x-discourse-event-id"),
    kind: unsigned_header("x-discourse-event"),
    ..NOTHING_ELSE
};
