//! Plaid.

use super::prelude::*;

/// [Plaid](https://plaid.com/docs/api/webhooks/webhook-verification/): a token (JWT, ES256) in `Plaid-Verification`,
/// whose claim `request_body_sha256` is the body's SHA-256 in hex.
///
/// Signed: the claims, and by them the raw body, white space included; `webhook_code` is in it. It is the type only
/// together with `webhook_type`. Not covered: method, URL, or any other header. The token has to say when it was issued
/// (`iat`): at most five minutes ago, as Plaid asks, and the clocks may be a minute apart, which is this crate's
/// choice. The secret is the key (JWK) that `/webhook_verification_key/get` returns for the token's `kid`; Plaid lets
/// keys expire. No id of the event is known: `item_id` names the item.
pub const PLAID: Recipe = Recipe {
    name: Borrowed("plaid"),
    provider: provider(
        "Plaid",
        "https://plaid.com/docs/api/webhooks/webhook-verification/",
        "method, URL, or any other header",
        Some(Documentation),
    ),
    proof: Proof::Jwt(jwt::PLAID),
    kind: signed_json("/webhook_code"),
    ..NOTHING_ELSE
};
