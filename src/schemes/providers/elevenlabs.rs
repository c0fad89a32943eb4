//! ElevenLabs.

use super::prelude::*;

/// [ElevenLabs](https://elevenlabs.io/docs/agents-platform/workflows/post-call-webhooks): `ElevenLabs-Signature:
/// t=…,v0=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body, with the event's `type` in it. Not covered: any other
/// header. Half an hour back, as in ElevenLabs' library; five minutes ahead are this crate's choice. No id of the event
/// is known: `conversation_id` names the conversation.
pub const ELEVENLABS: Recipe = Recipe {
    name: Borrowed("elevenlabs"),
    provider: provider(
        "ElevenLabs",
        "https://elevenlabs.io/docs/agents-platform/workflows/post-call-webhooks",
        "any header",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items("elevenlabs-signature", V0)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: timestamp(in_item("t"), Seconds, 1800, 300),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
