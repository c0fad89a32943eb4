//! TrueLayer.

use super::prelude::*;

/// [TrueLayer](https://github.com/TrueLayer/truelayer-signing): a detached signature (JWS, ES512) of the request in
/// `Tl-Signature`.
///
/// Signed: the method, the path, the headers that `tl_headers` of the signature names (32 at most), the raw body;
/// `event_id` and `type` are in it. Not covered: host and query, or any other header. The time in
/// `X-TL-Webhook-Timestamp` is not checked, so there is no window. A path with and without a slash at its end are the
/// same. Where a proxy takes a prefix off the path, say so with [`public_origin`](Recipe::public_origin). The secret is
/// the public key from TrueLayer's JWKS: that of the sandbox or that of production, whatever `jku` in the signature
/// says. Older products have `event_type` instead of `type`, which is not read.
pub const TRUELAYER: Recipe = Recipe {
    name: Borrowed("truelayer"),
    provider: provider(
        "TrueLayer",
        "https://github.com/TrueLayer/truelayer-signing",
        "time, host and query, or any header that the signature does not name",
        None,
    ),
    proof: Proof::Jwt(jwt::TRUELAYER),
    id: signed_json("/event_id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
