//! Saleor.

use super::prelude::*;

/// [Saleor](https://docs.saleor.io/developer/extending/webhooks/payload-signature): a detached signature (JWS, RS256)
/// of the body in `Saleor-Signature`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the event's type (`Saleor-Event`). The secret is the public key of your instance, from its JWKS; what
/// `Saleor-Api-Url` says is not looked at. No id is known. Webhooks with a `secretKey`, which Saleor has deprecated,
/// sign in another way that is not read.
pub const SALEOR: Recipe = Recipe {
    name: Borrowed("saleor"),
    provider: provider(
        "Saleor",
        "https://docs.saleor.io/developer/extending/webhooks/payload-signature",
        "time, or any header",
        None,
    ),
    proof: Proof::Jwt(jwt::SALEOR),
    kind: unsigned_header("saleor-event"),
    ..NOTHING_ELSE
};
