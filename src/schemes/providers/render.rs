//! Render.

use super::prelude::*;

/// [Render](https://render.com/docs/webhooks): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each `v1,` entry of
/// `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after an optional `whsec_` prefix. Kept on a retry. The official example uses the
/// standardwebhooks library.
pub const RENDER: Recipe = Recipe {
    name: Borrowed("render"),
    provider: provider(
        "Render",
        "https://render.com/docs/webhooks",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    ..STANDARD
};
