//! Squarespace.

use super::prelude::*;

/// [Squarespace](https://developers.squarespace.com/webhooks/verifying-notifications): Hex HMAC-SHA256 of the raw body
/// in `Squarespace-Signature`.
///
/// Not covered: time, URL, or any header. Secret: hex. The secret is hex text that decodes to 32 bytes.
pub const SQUARESPACE: Recipe = Recipe {
    name: Borrowed("squarespace"),
    provider: provider(
        "Squarespace",
        "https://developers.squarespace.com/webhooks/verifying-notifications",
        "time, URL, or any header",
        None,
    ),
    proof: secret(HmacSha256, SecretEncoding::Hex),
    signatures: Borrowed(const { &[bare("squarespace-signature", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/topic"),
    ..NOTHING_ELSE
};
