//! Kick.

use super::prelude::*;

/// [Kick](https://docs.kick.com/events/webhook-security): `{id}.{timestamp}.{body}`; base64 RSA signature in
/// `Kick-Event-Signature`.
///
/// Not covered: `Kick-Event-Type`, Kick-Event-Version and the other headers. The time may be off by 5 minutes both
/// ways, which is the choice of this crate: the provider names no window. Secret: Public key in PEM, fixed; also at
/// api.kick.com/public/v1/public-key. The event type stands only in an unsigned header.
pub const KICK: Recipe = Recipe {
    name: Borrowed("kick"),
    provider: provider(
        "Kick",
        "https://docs.kick.com/events/webhook-security",
        "kick-Event-Type, Kick-Event-Version and the other headers",
        Some(Ours),
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::RsaPkcs1Sha256),
    signatures: Borrowed(const { &[bare("kick-event-signature", Base64)] }),
    content: ID_TIMESTAMP_BODY,
    timestamp: timestamp(in_header("kick-event-message-timestamp"), Rfc3339, 300, 300),
    id: signed_header("kick-event-message-id"),
    kind: unsigned_header("kick-event-type"),
    ..NOTHING_ELSE
};
