//! Telnyx.

use super::prelude::*;

/// [Telnyx](https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks): an Ed25519 signature in base64
/// in `telnyx-signature-ed25519`, over the time in `telnyx-timestamp` and the body.
///
/// Signed: the digits of the time (Unix seconds), `|`, the raw body; `data.id` and `data.event_type` are in it. Not
/// covered: any other header. Five minutes both ways, as in Telnyx's library. The secret is Telnyx's public key for
/// your account, in base64. A retry has the same id.
pub const TELNYX: Recipe = Recipe {
    name: Borrowed("telnyx"),
    provider: provider(
        "Telnyx",
        "https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks",
        "any header but the time",
        Some(Library),
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::Ed25519),
    signatures: Borrowed(const { &[bare("telnyx-signature-ed25519", Base64)] }),
    content: Template::of(const { &[Part::Timestamp, text("|"), Part::Body] }),
    timestamp: seconds(in_header("telnyx-timestamp"), 300),
    id: signed_json("/data/id"),
    kind: signed_json("/data/event_type"),
    ..NOTHING_ELSE
};
