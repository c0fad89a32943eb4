//! RingCentral.

use super::prelude::*;

/// [RingCentral](https://developers.ringcentral.com/guide/notifications/webhooks/receiving): Nothing is signed; the
/// verification token chosen with the subscription is repeated in `Verification-Token`.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text itself, compared
/// as text. `Validation-Token` belongs to the handshake only; `Verification-Token` is the shared secret on events.
pub const RINGCENTRAL: Recipe = Recipe {
    name: Borrowed("ringcentral"),
    provider: provider(
        "RingCentral",
        "https://developers.ringcentral.com/guide/notifications/webhooks/receiving",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("verification-token", Hex)] }),
    content: NOTHING_SIGNED,
    id: unsigned_json("/uuid"),
    kind: unsigned_json("/event"),
    ..NOTHING_ELSE
};
