//! Lago (JWT).

use super::prelude::*;

/// [Lago](https://github.com/getlago/lago-api), webhooks signed with JWT: a token (RS256) in `X-Lago-Signature`, whose
/// claim `data` is the body once more.
///
/// Signed: the claims; `data` has to be the raw body, byte for byte, with the type, `webhook_type`, in it. Not covered:
/// time, so there is no window; and all other headers, so anybody on the way can change the webhook's id
/// (`X-Lago-Unique-Key`), which stays the same on a retry. Set `issuer` to the URL of the instance, as the claim `iss`
/// says it. The secret is the instance's public key, from its API. The token may be as long as 64 KiB: let your server
/// take such headers. What `X-Lago-Signature-Algorithm` says is not looked at. [`LAGO`](super::LAGO) is for those
/// signed with HMAC.
pub const LAGO_JWT: Recipe = Recipe {
    name: Borrowed("lago_jwt"),
    provider: provider("Lago (JWT)", "https://github.com/getlago/lago-api", "time, or any other header", None),
    proof: Proof::Jwt(jwt::LAGO),
    id: unsigned_header("x-lago-unique-key"),
    kind: signed_json("/webhook_type"),
    settings: Borrowed(const { &[setting("issuer")] }),
    ..NOTHING_ELSE
};
