//! Seam.

use super::prelude::*;

/// [Seam](https://docs.seam.co/latest/developer-tools/webhooks): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each
/// `v1,` entry of `svix-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after an optional `whsec_` prefix. Kept on a retry. Sent through Svix; the body is
/// the event object with its own `/event_id`.
pub const SEAM: Recipe = Recipe {
    name: Borrowed("seam"),
    provider: provider(
        "Seam",
        "https://docs.seam.co/latest/developer-tools/webhooks",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    kind: signed_json("/event_type"),
    ..SVIX_HEADERS
};
