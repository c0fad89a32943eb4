//! Plain.

use super::prelude::*;

/// [Plain](https://www.plain.com/docs/api-reference/request-signing): hex HMAC-SHA256 of the body in
/// `Plain-Request-Signature`.
///
/// Signed: the raw body, with the time in it: `webhookMetadata.webhookDeliveryAttemptTimestamp`, in RFC 3339, which is
/// that of the attempt. `id` and `type` are in it too. Not covered: any header. Five minutes both ways, as in Plain's
/// library. One secret serves a whole workspace.
pub const PLAIN: Recipe = Recipe {
    name: Borrowed("plain"),
    provider: provider(
        "Plain",
        "https://www.plain.com/docs/api-reference/request-signing",
        "any header",
        Some(Library),
    ),
    signatures: Borrowed(const { &[bare("plain-request-signature", Hex)] }),
    timestamp: timestamp(in_json("/webhookMetadata/webhookDeliveryAttemptTimestamp"), Rfc3339, 300, 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
