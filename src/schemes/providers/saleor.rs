//! Saleor.

use super::prelude::*;

/// [Saleor](https://docs.saleor.io/developer/extending/webhooks/payload-signature): The body as a detached JWS in
/// `Saleor-Signature`.
///
/// Not covered: every header, the time. Secret: JWKS of the Saleor instance at /.well-known/jwks.json. Id: No event id
/// is documented. Saleor-Api-Url, which leads to the keys, is unsigned: accept only known instances. With a secretKey
/// (deprecated) the header is a hex HMAC-SHA256 instead.
pub const SALEOR: Recipe = Recipe {
    name: Borrowed("saleor"),
    provider: provider(
        "Saleor",
        "https://docs.saleor.io/developer/extending/webhooks/payload-signature",
        "every header, the time",
        None,
    ),
    proof: Proof::Jwt(jwt::SALEOR),
    kind: unsigned_header("saleor-event"),
    ..NOTHING_ELSE
};
