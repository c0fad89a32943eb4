//! Okta event hooks.

use super::prelude::*;

/// [Okta event hooks](https://developer.okta.com/docs/concepts/event-hooks/): Nothing is signed; a header and value
/// chosen by the operator (usually Authorization) is sent as configured.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text itself, compared
/// as text. Identifies the delivery, which may hold several events in `/data/events`; each has its own uuid. The
/// header's name is configurable.
pub const OKTA: Recipe = Recipe {
    name: Borrowed("okta"),
    provider: provider(
        "Okta event hooks",
        "https://developer.okta.com/docs/concepts/event-hooks/",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("authorization", Hex)] }),
    content: NOTHING_SIGNED,
    id: unsigned_json("/eventId"),
    ..NOTHING_ELSE
};
