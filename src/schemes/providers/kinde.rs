//! Kinde.

use super::prelude::*;

/// [Kinde](https://docs.kinde.com/integrate/webhooks/add-manage-webhooks/): The whole body is a signed JWT.
///
/// Not covered: every header. Secret: JWKS of one's own Kinde domain at /.well-known/jwks.json. Content type
/// application/jwt. The SDK fixes neither issuer nor algorithm: pin one's own domain and the key's algorithm. The claim
/// timestamp is a text whose form was not checked.
pub const KINDE: Recipe = Recipe {
    name: Borrowed("kinde"),
    provider: provider("Kinde", "https://docs.kinde.com/integrate/webhooks/add-manage-webhooks/", "every header", None),
    proof: Proof::Jwt(jwt::KINDE),
    ..NOTHING_ELSE
};
