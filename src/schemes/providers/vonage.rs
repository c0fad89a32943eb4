//! Vonage (signed webhooks).

use super::prelude::*;

/// [Vonage (signed
/// webhooks)](https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks): A JWT in
/// Authorization: Bearer whose payload_hash claim holds the body's hash.
///
/// Not covered: URL, method, other headers. The time may be off by 5 minutes both ways, which is the choice of this
/// crate: the provider names no window. Secret: The account's signature secret as UTF-8 bytes, chosen by the claim
/// api_key. Id: jti names the token; message_uuid names the message. The official SDK never compares payload_hash;
/// without that the body is not covered. Refuse RS256 here, which the SDK would also take.
pub const VONAGE: Recipe = Recipe {
    name: Borrowed("vonage"),
    provider: provider(
        "Vonage (signed webhooks)",
        "https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks",
        "URL, method, other headers",
        None,
    ),
    proof: Proof::Jwt(jwt::VONAGE),
    ..NOTHING_ELSE
};
