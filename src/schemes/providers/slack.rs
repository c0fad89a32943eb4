//! Slack.

use super::prelude::*;

/// [Slack](https://docs.slack.dev/authentication/verifying-requests-from-slack): `X-Slack-Signature: v0=…` over the
/// time in `X-Slack-Request-Timestamp` and the body.
///
/// Signed: `v0:`, the digits of the time (Unix seconds), a colon, the raw body; `event_id` and `type` are in it where
/// it is JSON (the Events API; slash commands are forms). Not covered: any other header, so neither the
/// `X-Slack-Retry-*` ones. Five minutes, as Slack asks, both ways. `Handshake::slack` answers the challenge of a new
/// endpoint.
pub const SLACK: Recipe = Recipe {
    name: Borrowed("slack"),
    provider: provider(
        "Slack",
        "https://docs.slack.dev/authentication/verifying-requests-from-slack",
        "any header but the time",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[prefixed("x-slack-signature", "v0=", Hex)] }),
    content: Template::of(const { &[text("v0:"), Part::Timestamp, text(":"), Part::Body] }),
    timestamp: seconds(in_header("x-slack-request-timestamp"), 300),
    id: signed_json("/event_id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
