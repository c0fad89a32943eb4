//! Azure Event Grid.

use super::prelude::*;

/// [Azure Event Grid](https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema):
/// a token in the URL of the subscription, which you end in `?token=…`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the token can forge deliveries. URLs get into logs, so
/// take a secret that serves for nothing else. No id and no type are known: in Event Grid's own schema the body is an
/// array of events. A Microsoft Entra token, which Event Grid can send in `Authorization`, is not read.
///
/// `Handshake::event_grid` answers the validation of a subscription; with the schema of CloudEvents it asks by OPTIONS,
/// which `Handshake::cloud_events` answers.
pub const EVENT_GRID: Recipe = Recipe {
    name: Borrowed("event_grid"),
    provider: provider(
        "Azure Event Grid",
        "https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-event-grid-events-schema",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[at(SignatureSource::Query(Borrowed("token")), Hex)] }),
    content: NOTHING_SIGNED,
    ..NOTHING_ELSE
};
