//! Render.

use super::prelude::*;

/// [Render](https://render.com/docs/webhooks) follows the [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`,
/// `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in the library that Render's example uses. The secret is
/// base64 after `whsec_`, which may be missing. A retry has the same id.
pub const RENDER: Recipe = Recipe {
    name: Borrowed("render"),
    provider: provider(
        "Render",
        "https://render.com/docs/webhooks",
        "any header but the id and the time",
        Some(Library),
    ),
    ..STANDARD
};
