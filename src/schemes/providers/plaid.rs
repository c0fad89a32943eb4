//! Plaid.

use super::prelude::*;

/// [Plaid](https://plaid.com/docs/api/webhooks/webhook-verification/): A JWT in `Plaid-Verification` whose
/// request_body_sha256 claim holds the body's hash.
///
/// Not covered: URL, method, other headers. The time may be off by 5 minutes both ways, as its documentation asks. Five
/// minutes old at most; the future bound is ours. Secret: JWK by kid from `/webhook_verification_key/get`. Id: item_id
/// names the item. Refuse alg other than ES256 before looking up kid. Keys may expire: expired_at in the JWK. White
/// space matters, so hash the raw bytes.
pub const PLAID: Recipe = Recipe {
    name: Borrowed("plaid"),
    provider: provider(
        "Plaid",
        "https://plaid.com/docs/api/webhooks/webhook-verification/",
        "URL, method, other headers",
        None,
    ),
    proof: Proof::Jwt(jwt::PLAID),
    kind: signed_json("/webhook_code"),
    ..NOTHING_ELSE
};
