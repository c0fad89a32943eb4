//! Linear.

use super::prelude::*;

/// [Linear](https://linear.app/developers/webhooks): hex HMAC-SHA256 of the body in `Linear-Signature`.
///
/// Signed: the raw body, with the time in it: `webhookTimestamp`, in Unix milliseconds. Not covered: any header, so
/// anybody on the way can change the delivery's id (`Linear-Delivery`), and `Linear-Timestamp` is not read. A minute
/// both ways, as in Linear's library. `type` names the entity, `action` what happened to it. `webhookId` names the
/// webhook, not the event.
pub const LINEAR: Recipe = Recipe {
    name: Borrowed("linear"),
    provider: provider("Linear", "https://linear.app/developers/webhooks", "any header", Some(Library)),
    signatures: Borrowed(const { &[bare("linear-signature", Hex)] }),
    timestamp: milliseconds(in_json("/webhookTimestamp"), 60),
    id: unsigned_header("linear-delivery"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
