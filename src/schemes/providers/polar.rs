//! Polar.

use super::prelude::*;

/// [Polar](https://polar.sh/docs/integrate/webhooks/endpoints): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each
/// `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: The secret's own UTF-8 bytes; no base64 decoding. Kept on a retry. A `whsec_`-looking
/// secret is still used whole.
pub const POLAR: Recipe = Recipe {
    name: Borrowed("polar"),
    provider: provider(
        "Polar",
        "https://polar.sh/docs/integrate/webhooks/endpoints",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    proof: HMAC_SHA256,
    ..STANDARD
};
