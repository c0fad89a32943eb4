//! Figma.

use super::prelude::*;

/// [Figma](https://developers.figma.com/docs/rest-api/webhooks/): Nothing is signed; the passcode chosen with the
/// webhook stands in the body member passcode.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text itself, compared
/// as text (at most 100 characters). Id: webhook_id names the webhook's configuration and is the same in each delivery:
/// never use it. The passcode sits in the body: keep it out of logs and stored payloads. A PING event follows the
/// creation.
pub const FIGMA: Recipe = Recipe {
    name: Borrowed("figma"),
    provider: provider(
        "Figma",
        "https://developers.figma.com/docs/rest-api/webhooks/",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Json(Borrowed("/passcode")),
                grammar: Grammar::BARE,
                encoding: Hex,
            }]
        },
    ),
    content: NOTHING_SIGNED,
    kind: unsigned_json("/event_type"),
    ..NOTHING_ELSE
};
