//! Bird / MessageBird.

use super::prelude::*;

/// [Bird / MessageBird](https://developers.messagebird.com/docs/verify-http-requests): A JWT in
/// `MessageBird-Signature-JWT` with hashes of URL and body.
///
/// Not covered: method, other headers. The time may be off by 5 seconds both ways, as in its own library. Leeway on the
/// token's own nbf and exp: 5 s in npm, 1 s in pip. Secret: The account's signing key as UTF-8 bytes. Id: jti names the
/// token: good against replay only. Payload_hash is absent exactly when the body is empty.
pub const MESSAGEBIRD: Recipe = Recipe {
    name: Borrowed("messagebird"),
    provider: provider(
        "Bird / MessageBird",
        "https://developers.messagebird.com/docs/verify-http-requests",
        "method, other headers",
        None,
    ),
    proof: Proof::Jwt(jwt::MESSAGEBIRD),
    ..NOTHING_ELSE
};
