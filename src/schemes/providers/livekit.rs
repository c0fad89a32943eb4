//! LiveKit.

use super::prelude::*;

/// [LiveKit](https://docs.livekit.io/home/server/webhooks/): a token (JWT, HS256) in `Authorization`, whose claim
/// `sha256` is the body's SHA-256 in base64.
///
/// Signed: the claims, and by them the raw body; `id` and `event`, the type, are in it. Not covered: any other header.
/// The token has to say when it expires (`exp`), and when it was issued (`iat`) or begins to count (`nbf`): more than
/// an hour ago is refused, which is this crate's choice. The clocks may be ten seconds apart, as in LiveKit's library.
/// `Bearer ` before the token may be missing. The secret is the API secret; set `api_key` to the API key that it
/// belongs to, which the claim `iss` must say.
pub const LIVEKIT: Recipe = Recipe {
    name: Borrowed("livekit"),
    provider: provider("LiveKit", "https://docs.livekit.io/home/server/webhooks/", "any other header", Some(Ours)),
    proof: Proof::Jwt(jwt::LIVEKIT),
    id: signed_json("/id"),
    kind: signed_json("/event"),
    settings: Borrowed(const { &[setting("api_key")] }),
    ..NOTHING_ELSE
};
