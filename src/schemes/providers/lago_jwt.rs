//! Lago (JWT).

use super::prelude::*;

/// [Lago (JWT)](https://github.com/getlago/lago-api): A JWT in `X-Lago-Signature` that carries the payload in its data
/// claim.
///
/// Not covered: every header; the body unless compared with the claim. Secret: RSA public key from Lago's API (base64
/// of PEM). Outside the signature; kept on a retry. The token holds a copy of the payload: use the claim, or compare it
/// with the body. `X-Lago-Signature-Algorithm` is unsigned; fix jwt in the configuration. The setting `issuer` is the
/// URL of the instance, as it stands in `iss`.
pub const LAGO_JWT: Recipe = Recipe {
    name: Borrowed("lago_jwt"),
    provider: provider(
        "Lago (JWT)",
        "https://github.com/getlago/lago-api",
        "every header; the body unless compared with the claim",
        None,
    ),
    proof: Proof::Jwt(jwt::LAGO),
    id: unsigned_header("x-lago-unique-key"),
    kind: signed_json("/webhook_type"),
    settings: Borrowed(const { &[setting("issuer")] }),
    ..NOTHING_ELSE
};
