//! Brevo.

use super::prelude::*;

/// [Brevo](https://developers.brevo.com/docs/secured-webhooks): the token that you set with the webhook, in
/// `Authorization: Bearer …`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the token can forge deliveries. Brevo sends a token only
/// if you set one; without it, its deliveries are refused here. No id and no type are known: `id` names the webhook,
/// `message-id` the mail. With batching switched on the body is an array.
pub const BREVO: Recipe = Recipe {
    name: Borrowed("brevo"),
    provider: provider(
        "Brevo",
        "https://developers.brevo.com/docs/secured-webhooks",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[prefixed("authorization", "Bearer ", Hex)] }),
    content: NOTHING_SIGNED,
    ..NOTHING_ELSE
};
