//! RingCentral.

use super::prelude::*;

/// [RingCentral](https://developers.ringcentral.com/guide/notifications/webhooks/receiving): the verification token
/// that you chose for the subscription, in `Verification-Token`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the token can forge deliveries, their id (`uuid`) and
/// their type, `event`, which is the path of the event filter. `Handshake::ring_central` answers the challenge of a new
/// subscription, which comes in `Validation-Token`.
pub const RINGCENTRAL: Recipe = Recipe {
    name: Borrowed("ringcentral"),
    provider: provider(
        "RingCentral",
        "https://developers.ringcentral.com/guide/notifications/webhooks/receiving",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("verification-token", Hex)] }),
    content: NOTHING_SIGNED,
    id: unsigned_json("/uuid"),
    kind: unsigned_json("/event"),
    ..NOTHING_ELSE
};
