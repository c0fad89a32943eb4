//! Finch.

use super::prelude::*;

/// [Finch](https://github.com/Finch-API/finch-api-node) signs as the [Standard Webhooks](super::STANDARD_WEBHOOKS) do,
/// in headers of its own: `Finch-Event-Id`, `Finch-Timestamp`, `Finch-Signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body; `event_type`, the type, is in it.
/// Not covered: any other header. Five minutes both ways, as in Finch's library. The secret is base64, without a
/// prefix. A retry has the same id.
pub const FINCH: Recipe = Recipe {
    name: Borrowed("finch"),
    provider: provider(
        "Finch",
        "https://github.com/Finch-API/finch-api-node",
        "any header but the id and the time",
        Some(Library),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64),
    signatures: Borrowed(const { &[standard_signature("finch-signature")] }),
    timestamp: seconds(in_header("finch-timestamp"), 300),
    id: signed_header("finch-event-id"),
    kind: signed_json("/event_type"),
    ..STANDARD
};
