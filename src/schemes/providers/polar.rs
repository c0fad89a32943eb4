//! Polar.

use super::prelude::*;

/// [Polar](https://polar.sh/docs/integrate/webhooks/endpoints) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in Polar's library. The secret is the key as it is shown,
/// with whatever prefix it has: it is not base64. A retry has the same id.
pub const POLAR: Recipe = Recipe {
    name: Borrowed("polar"),
    provider: provider(
        "Polar",
        "https://polar.sh/docs/integrate/webhooks/endpoints",
        "any header but the id and the time",
        Some(Library),
    ),
    proof: HMAC_SHA256,
    ..STANDARD
};
