//! TrueLayer.

use super::prelude::*;

/// [TrueLayer](https://github.com/TrueLayer/truelayer-signing): Method, path, named headers and body as a detached JWS
/// in `Tl-Signature`.
///
/// Not covered: headers that tl_headers does not name; host, query. The time may be off by 5 minutes both ways, which
/// is the choice of this crate: the provider names no window. Secret: JWKS from
/// <https://webhooks.truelayer.com/.well-known/jwks> (sandbox: webhooks.truelayer-sandbox.com), key by kid. Jku in the
/// header must be on one's own list. Older products name the type event_type.
pub const TRUELAYER: Recipe = Recipe {
    name: Borrowed("truelayer"),
    provider: provider(
        "TrueLayer",
        "https://github.com/TrueLayer/truelayer-signing",
        "headers that tl_headers does not name; host, query",
        None,
    ),
    proof: Proof::Jwt(jwt::TRUELAYER),
    id: signed_json("/event_id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
