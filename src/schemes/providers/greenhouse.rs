//! Greenhouse.

use super::prelude::*;

/// [Greenhouse](https://developers.greenhouse.io/webhooks.html#authentication): `Signature: sha256 …`, with a space.
///
/// Signed: the raw body, with the type, `action`, in it. Not covered: time, so there is no window; and all headers, so
/// anybody on the way can change the delivery's id (`Greenhouse-Event-ID`). Whether that stays the same on a retry is
/// not documented. When you save a webhook, Greenhouse posts a signed ping to it; a webhook that does not answer with
/// success is created disabled.
pub const GREENHOUSE: Recipe = Recipe {
    name: Borrowed("greenhouse"),
    provider: provider(
        "Greenhouse",
        "https://developers.greenhouse.io/webhooks.html#authentication",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("signature", "sha256 ", Hex)] }),
    id: unsigned_header("greenhouse-event-id"),
    kind: signed_json("/action"),
    ..NOTHING_ELSE
};
