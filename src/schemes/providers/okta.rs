//! Okta event hooks.

use super::prelude::*;

/// [Okta](https://developer.okta.com/docs/concepts/event-hooks/), event hooks: the secret that you set with the hook,
/// as the whole of `Authorization`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the secret can forge deliveries, and their id,
/// `eventId`. That is the delivery's: each element of `data.events` has its own `uuid` and type. Okta can send the
/// secret in another header, which is not read. `Handshake::okta` answers the challenge of a new hook.
pub const OKTA: Recipe = Recipe {
    name: Borrowed("okta"),
    provider: provider(
        "Okta event hooks",
        "https://developer.okta.com/docs/concepts/event-hooks/",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("authorization", Hex)] }),
    content: NOTHING_SIGNED,
    id: unsigned_json("/eventId"),
    ..NOTHING_ELSE
};
