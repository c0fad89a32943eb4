//! Figma.

use super::prelude::*;

/// [Figma](https://developers.figma.com/docs/rest-api/webhooks/): the passcode that you chose for the webhook, as
/// `passcode` in the body.
///
/// Signed: nothing. Not covered: everything, so whoever learns the passcode can forge deliveries, and the type,
/// `event_type`. Mind that it is in what you log or store of a body. No id of the event is known: `webhook_id` names
/// the webhook and is the same on every delivery. A new webhook starts with a `PING`.
pub const FIGMA: Recipe = Recipe {
    name: Borrowed("figma"),
    provider: provider(
        "Figma",
        "https://developers.figma.com/docs/rest-api/webhooks/",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[at(SignatureSource::Json(Borrowed("/passcode")), Hex)] }),
    content: NOTHING_SIGNED,
    kind: unsigned_json("/event_type"),
    ..NOTHING_ELSE
};
