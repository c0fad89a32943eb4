//! Squarespace.

use super::prelude::*;

/// [Squarespace](https://developers.squarespace.com/webhooks/verifying-notifications): hex HMAC-SHA256 of the body in
/// `Squarespace-Signature`.
///
/// Signed: the raw body; `id` and `topic`, the type, are in it. Not covered: time, or any header, so there is no
/// window. The secret is hex.
pub const SQUARESPACE: Recipe = Recipe {
    name: Borrowed("squarespace"),
    provider: provider(
        "Squarespace",
        "https://developers.squarespace.com/webhooks/verifying-notifications",
        "time, or any header",
        None,
    ),
    proof: secret(HmacSha256, SecretEncoding::Hex),
    signatures: Borrowed(const { &[bare("squarespace-signature", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/topic"),
    ..NOTHING_ELSE
};
