//! Discord.

use super::prelude::*;

/// [Discord](https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers),
/// interactions and webhook events: an Ed25519 signature in hex in `X-Signature-Ed25519`, over the time in
/// `X-Signature-Timestamp` and the body.
///
/// Signed: the digits of the time (Unix seconds), the raw body right after them. Not covered: any other header. Discord
/// names no window; five minutes both ways are this crate's choice. The secret is the application's public key, in hex.
/// Interactions have an `id` in the body, webhook events have none; webhook events have a type, `event.type`, and the
/// type of an interaction is a number that is not read.
///
/// `Handshake::discord_interactions` and `Handshake::discord_events` answer the PING; `Answers::discord_events` says
/// 204 to the events. Discord sends wrong signatures on purpose and wants 401.
pub const DISCORD: Recipe = Recipe {
    name: Borrowed("discord"),
    provider: provider(
        "Discord",
        "https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers",
        "any header but the time",
        Some(Ours),
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::Ed25519),
    signatures: Borrowed(const { &[bare("x-signature-ed25519", Hex)] }),
    content: TIMESTAMP_BODY,
    timestamp: seconds(in_header("x-signature-timestamp"), 300),
    id: signed_json("/id"),
    kind: signed_json("/event/type"),
    ..NOTHING_ELSE
};
