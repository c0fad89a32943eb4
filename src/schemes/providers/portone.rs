//! PortOne.

use super::prelude::*;

/// [PortOne](https://developers.portone.io/opi/ko/integration/webhook/readme-v2): `{id}.{timestamp}.{body}`; base64
/// HMAC-SHA256 in each `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after an optional `whsec_` prefix. Kept on a retry. The Paid and Cancelled events
/// carry ids of objects only; deduplicate on the header.
pub const PORTONE: Recipe = Recipe {
    name: Borrowed("portone"),
    provider: provider(
        "PortOne",
        "https://developers.portone.io/opi/ko/integration/webhook/readme-v2",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    ..STANDARD
};
