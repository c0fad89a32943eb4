//! Standard Webhooks v1a.

use super::prelude::*;

/// [Standard Webhooks v1a](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
/// `{id}.{timestamp}.{body}`; base64 Ed25519 in each `v1a,` entry of `webhook-signature`.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. As the symmetric libraries do. Secret: Public key: whpk_ then base64 of 32 bytes. Kept on a retry.
/// May be mixed with v1 entries, which a receiver with a public key skips. No official library checks v1a.
pub const STANDARD_WEBHOOKS_V1A: Recipe = Recipe {
    name: Borrowed("standard_webhooks_v1a"),
    provider: provider(
        "Standard Webhooks v1a",
        "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::Ed25519),
    signatures: Borrowed(
        const {
            &[shaped(
                "webhook-signature",
                Shape::Items { separators: Borrowed(" "), assign: ',', labels: Borrowed(&[Borrowed("v1a")]) },
                Base64,
            )]
        },
    ),
    ..STANDARD
};
