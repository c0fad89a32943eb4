//! Plain.

use super::prelude::*;

/// [Plain](https://www.plain.com/docs/api-reference/request-signing): Hex HMAC-SHA256 of the raw body in
/// `Plain-Request-Signature`.
///
/// Not covered: any header; the time is covered (in the body). The time may be off by 5 minutes both ways, as in its
/// own library. Time of the delivery attempt, ISO 8601. Secret: the text itself (one secret per workspace). The time is
/// that of the attempt, so retries stay fresh.
pub const PLAIN: Recipe = Recipe {
    name: Borrowed("plain"),
    provider: provider(
        "Plain",
        "https://www.plain.com/docs/api-reference/request-signing",
        "any header; the time is covered (in the body)",
        Some(Library),
    ),
    signatures: Borrowed(const { &[bare("plain-request-signature", Hex)] }),
    timestamp: timestamp(in_json("/webhookMetadata/webhookDeliveryAttemptTimestamp"), Rfc3339, 300, 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
