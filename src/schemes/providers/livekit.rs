//! LiveKit.

use super::prelude::*;

/// [LiveKit](https://docs.livekit.io/home/server/webhooks/): A JWT in Authorization whose sha256 claim holds the body's
/// hash.
///
/// Not covered: every other header, the URL. The time may be off by 10 seconds both ways, as in its own library. Leeway
/// on the token's own exp (required) and nbf; no window besides. Secret: The API secret as UTF-8 bytes; the API key is
/// the issuer. The token stands without Bearer. The content type is application/webhook+json. The setting `api_key` is
/// the key that the secret belongs to.
pub const LIVEKIT: Recipe = Recipe {
    name: Borrowed("livekit"),
    provider: provider("LiveKit", "https://docs.livekit.io/home/server/webhooks/", "every other header, the URL", None),
    proof: Proof::Jwt(jwt::LIVEKIT),
    id: signed_json("/id"),
    kind: signed_json("/event"),
    settings: Borrowed(const { &[setting("api_key")] }),
    ..NOTHING_ELSE
};
