//! Kick.

use super::prelude::*;

/// [Kick](https://docs.kick.com/events/webhook-security): an RSA signature (SHA-256) in base64 in
/// `Kick-Event-Signature`, over `Kick-Event-Message-Id`, the time in `Kick-Event-Message-Timestamp` and the body.
///
/// Signed: the id, a dot, the text of the time (RFC 3339), a dot, the raw body. Not covered: any other header, so
/// anybody on the way can change the event's type (`Kick-Event-Type`). Kick names no window; five minutes both ways are
/// this crate's choice. The secret is Kick's public key (PEM), the same for everybody.
pub const KICK: Recipe = Recipe {
    name: Borrowed("kick"),
    provider: provider(
        "Kick",
        "https://docs.kick.com/events/webhook-security",
        "any header but the id and the time",
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
