//! Vonage (signed webhooks).

use super::prelude::*;

/// [Vonage](https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks), signed
/// webhooks: a token (JWT, HS256) in `Authorization: Bearer …`, whose claim `payload_hash` is the body's SHA-256 in
/// hex.
///
/// Signed: the claims, and by them the raw body; the digest may be missing where the body is empty. Not covered:
/// method, URL, or any other header, so nothing of a webhook that comes by GET. The token has to say when it was issued
/// (`iat`). Vonage names no window: five minutes back, and a minute ahead, are this crate's choice. The secret is the
/// account's signature secret. No id and no type are known: `jti` is that of the token, `message_uuid` names the
/// message.
pub const VONAGE: Recipe = Recipe {
    name: Borrowed("vonage"),
    provider: provider(
        "Vonage (signed webhooks)",
        "https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks",
        "method, URL, or any other header",
        Some(Ours),
    ),
    proof: Proof::Jwt(jwt::VONAGE),
    ..NOTHING_ELSE
};
