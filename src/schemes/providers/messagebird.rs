//! Bird / MessageBird.

use super::prelude::*;

/// [Bird](https://developers.messagebird.com/docs/verify-http-requests), formerly MessageBird: a token (JWT, HS256,
/// HS384 or HS512) in `MessageBird-Signature-JWT`, with digests of the URL and the body.
///
/// Signed: the claims, and by them the URL (`url_hash`) and the raw body (`payload_hash`, which may be missing where
/// the body is empty). Not covered: the method, or any other header. What the URL starts with has to be said:
/// [`public_origin`](Recipe::public_origin). The token has to say when it begins to count (`nbf`) and when it expires
/// (`exp`). The clocks may be five seconds apart, as in Bird's library for Node; what began to count more than an hour
/// ago is refused, which is this crate's choice. The secret is the account's signing key. No id and no type are known:
/// `jti` is that of the token.
pub const MESSAGEBIRD: Recipe = Recipe {
    name: Borrowed("messagebird"),
    provider: provider(
        "Bird / MessageBird",
        "https://developers.messagebird.com/docs/verify-http-requests",
        "method, or any other header",
        Some(Ours),
    ),
    proof: Proof::Jwt(jwt::MESSAGEBIRD),
    ..NOTHING_ELSE
};
