//! Twitch EventSub.

use super::prelude::*;

/// [Twitch](https://dev.twitch.tv/docs/eventsub/handling-webhook-events/), EventSub:
/// `Twitch-Eventsub-Message-Signature: sha256=…` over `Twitch-Eventsub-Message-Id`, the time in
/// `Twitch-Eventsub-Message-Timestamp` and the body.
///
/// Signed: the id, the text of the time (RFC 3339) and the raw body, with nothing in between; `subscription.type`, the
/// type, is in it. Not covered: any other header, so neither `Twitch-Eventsub-Message-Type`. Ten minutes back, as
/// Twitch advises; five ahead are this crate's choice. The secret is what you gave with the subscription, 10 to 100
/// characters. A retry has the same id. `Handshake::twitch` answers the challenge of a new subscription.
pub const TWITCH: Recipe = Recipe {
    name: Borrowed("twitch"),
    provider: provider(
        "Twitch EventSub",
        "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
        "any header but the id and the time",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[prefixed("twitch-eventsub-message-signature", "sha256=", Hex)] }),
    content: Template::of(const { &[Part::Id, Part::Timestamp, Part::Body] }),
    timestamp: timestamp(in_header("twitch-eventsub-message-timestamp"), Rfc3339, 600, 300),
    id: signed_header("twitch-eventsub-message-id"),
    kind: signed_json("/subscription/type"),
    ..NOTHING_ELSE
};
