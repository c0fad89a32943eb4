//! ElevenLabs.

use super::prelude::*;

/// [ElevenLabs](https://elevenlabs.io/docs/agents-platform/workflows/post-call-webhooks): `{t}.{body}`; hex HMAC-SHA256
/// in item v0 of `ElevenLabs-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 30 minutes back, 5 minutes ahead, as in its own
/// library. SDK refuses after 30 minutes and has no future bound; 300 s ahead is ours. Id: Not documented;
/// conversation_id names the conversation. The version label is v0, not v1.
pub const ELEVENLABS: Recipe = Recipe {
    name: Borrowed("elevenlabs"),
    provider: provider(
        "ElevenLabs",
        "https://elevenlabs.io/docs/agents-platform/workflows/post-call-webhooks",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items("elevenlabs-signature", V0)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: timestamp(in_item("t"), Seconds, 1800, 300),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
