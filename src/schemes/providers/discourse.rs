//! Discourse.

use super::prelude::*;

/// [Discourse](https://meta.discourse.org/t/configure-webhooks-that-trigger-on-discourse-events-to-integrate-with-external-services/49045):
/// `X-Discourse-Event-Signature: sha256=…`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the event's id (`X-Discourse-Event-Id`) and its type (`X-Discourse-Event`). The id is a number that each site counts
/// for itself: give every site an endpoint, and a replay store, of its own. A signed `ping` needs no special answer.
pub const DISCOURSE: Recipe = Recipe {
    name: Borrowed("discourse"),
    provider: provider(
        "Discourse",
        "https://meta.discourse.org/t/configure-webhooks-that-trigger-on-discourse-events-to-integrate-with-external-services/49045",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("x-discourse-event-signature", "sha256=", Hex)] }),
    id: unsigned_header("x-discourse-event-id"),
    kind: unsigned_header("x-discourse-event"),
    ..NOTHING_ELSE
};
