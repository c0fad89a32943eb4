//! Discord.

use super::prelude::*;

/// [Discord](https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers):
/// `{timestamp}{body}` with nothing between; hex Ed25519 in `X-Signature-Ed25519`.
///
/// Not covered: any header but `X-Signature-Timestamp`. The time may be off by 5 minutes both ways, which is the choice
/// of this crate: the provider names no window. Secret: The application's public key: hex of 32 bytes. Interactions
/// only; webhook events have none. Discord sends bad signatures on purpose and wants 401. PING wants {"type":1},
/// webhook events 204.
pub const DISCORD: Recipe = Recipe {
    name: Borrowed("discord"),
    provider: provider(
        "Discord",
        "https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers",
        "any header but X-Signature-Timestamp",
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
