//! Kinde.

use super::prelude::*;

/// [Kinde](https://docs.kinde.com/integrate/webhooks/add-manage-webhooks/): the body is a token (JWT), signed with
/// RS256.
///
/// Signed: all of the token; its claims `event_id` and `type` are the event's id and type. Not covered: any header. The
/// claim `timestamp` is not checked, so there is no window. The secret is the public key of your own Kinde domain, from
/// its JWKS: give all of its keys. Nothing else says that the token is for you.
pub const KINDE: Recipe = Recipe {
    name: Borrowed("kinde"),
    provider: provider("Kinde", "https://docs.kinde.com/integrate/webhooks/add-manage-webhooks/", "any header", None),
    proof: Proof::Jwt(jwt::KINDE),
    ..NOTHING_ELSE
};
