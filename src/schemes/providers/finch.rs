//! Finch.

use super::prelude::*;

/// [Finch](https://github.com/Finch-API/finch-api-node): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each `v1,`
/// entry of `Finch-Signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 without prefix; it must round-trip. Kept on a retry. The three headers have Finch's
/// own names; the family's default names are not sent.
pub const FINCH: Recipe = Recipe {
    name: Borrowed("finch"),
    provider: provider(
        "Finch",
        "https://github.com/Finch-API/finch-api-node",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64),
    signatures: Borrowed(const { &[standard_signature("finch-signature")] }),
    timestamp: seconds(in_header("finch-timestamp"), 300),
    id: signed_header("finch-event-id"),
    kind: signed_json("/event_type"),
    ..STANDARD
};
