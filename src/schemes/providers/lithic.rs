//! Lithic.

use super::prelude::*;

/// [Lithic](https://docs.lithic.com/docs/events-api): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each `v1,` entry
/// of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after an optional `whsec_` prefix. Kept on a retry. The event type's place in the
/// body is not settled here.
pub const LITHIC: Recipe = Recipe {
    name: Borrowed("lithic"),
    provider: provider(
        "Lithic",
        "https://docs.lithic.com/docs/events-api",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    kind: None,
    ..STANDARD
};
