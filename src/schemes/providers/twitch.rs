//! Twitch EventSub.

use super::prelude::*;

/// [Twitch EventSub](https://dev.twitch.tv/docs/eventsub/handling-webhook-events/): Id, time and body joined without
/// separators; hex HMAC-SHA256 after `sha256=` in `Twitch-Eventsub-Message-Signature`.
///
/// Not covered: `Twitch-Eventsub-Message-Type` and the other headers. The time may be off by 10 minutes back, 5 minutes
/// ahead, as its documentation asks. Documentation advises ten minutes; the official sample has no window; the future
/// bound is ours. Secret: The secret given at subscription (10 to 100 ASCII characters) as bytes. The same on a retry.
/// The time has nanosecond digits: sign the header's text as it came. Verification requests want the bare challenge as
/// plain text.
pub const TWITCH: Recipe = Recipe {
    name: Borrowed("twitch"),
    provider: provider(
        "Twitch EventSub",
        "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
        "twitch-Eventsub-Message-Type and the other headers",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[prefixed("twitch-eventsub-message-signature", "sha256=", Hex)] }),
    content: Template::of(const { &[Part::Id, Part::Timestamp, Part::Body] }),
    timestamp: timestamp(in_header("twitch-eventsub-message-timestamp"), Rfc3339, 600, 300),
    id: signed_header("twitch-eventsub-message-id"),
    kind: signed_json("/subscription/type"),
    ..NOTHING_ELSE
};
