//! Brevo.

use super::prelude::*;

/// [Brevo](https://developers.brevo.com/docs/secured-webhooks): nothing is signed; the token that was set with the webhook
/// comes as `Authorization: Bearer …`.
///
/// Not covered: everything. The token is optional at Brevo: without one, its deliveries are refused here. Id: the one in
/// the body is the webhook's, and `message-id` names the mail; neither is that of an event.
pub const BREVO: Recipe = Recipe {
    name: Borrowed("brevo"),
    provider: provider(
        "Brevo",
        "https://developers.brevo.com/docs/secured-webhooks",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[prefixed("authorization", "Bearer ", Hex)] }),
    content: NOTHING_SIGNED,
    ..NOTHING_ELSE
};
