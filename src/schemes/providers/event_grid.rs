//! Azure Event Grid.

use super::prelude::*;

/// [Azure Event
/// Grid](https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema): Nothing is
/// signed; a secret in the URL query, or a Microsoft Entra token in Authorization, stands for the sender.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text itself secret in
/// the URL query (or an Entra JWT: not a shared secret). Id: In the Event Grid schema the body is an array (/0/id,
/// ...); only the CloudEvents schema has a single `/id`. Bodies are arrays in the Event Grid schema. A secret in a
/// query ends in access logs. Put the token into the URL of the subscription, as `?token=…`.
pub const EVENT_GRID: Recipe = Recipe {
    name: Borrowed("event_grid"),
    provider: provider(
        "Azure Event Grid",
        "https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Query(Borrowed("token")),
                grammar: Grammar::BARE,
                encoding: Hex,
            }]
        },
    ),
    content: NOTHING_SIGNED,
    ..NOTHING_ELSE
};
