//! Telnyx.

use super::prelude::*;

/// [Telnyx](https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks): `{timestamp}|{body}`; base64
/// Ed25519 in `telnyx-signature-ed25519`.
///
/// Not covered: any header but `telnyx-timestamp`. The time may be off by 5 minutes both ways, as in its own library.
/// Secret: Public key: base64 of 32 bytes. The same event keeps `/data/id` on a retry.
pub const TELNYX: Recipe = Recipe {
    name: Borrowed("telnyx"),
    provider: provider(
        "Telnyx",
        "https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks",
        "any header but telnyx-timestamp",
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
