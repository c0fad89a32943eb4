//! Standard Webhooks v1a.

use super::prelude::*;

/// [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md) with
/// a public key (`v1a`): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1a,… v1a,…`.
///
/// Signed, by Ed25519: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body; the recommended
/// `type` is in it. Not covered: any other header. An id with a dot in it is refused. Five minutes both ways, as in the
/// reference libraries, which do not know `v1a` themselves. The secret is the sender's public key: base64 after
/// `whpk_`, which may be missing. A retry has the same id. Signatures of other versions are passed over; those with a
/// shared secret (`v1`) are [`STANDARD_WEBHOOKS`](super::STANDARD_WEBHOOKS).
pub const STANDARD_WEBHOOKS_V1A: Recipe = Recipe {
    name: Borrowed("standard_webhooks_v1a"),
    provider: provider(
        "Standard Webhooks v1a",
        "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
        "any header but the id and the time",
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
