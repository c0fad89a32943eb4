//! Composio.

use super::prelude::*;

/// [Composio](https://github.com/ComposioHQ/composio) follows the [Standard Webhooks](super::STANDARD_WEBHOOKS):
/// `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in Composio's library. The secret is the key as it is
/// shown: it is not base64. A retry has the same id. Older versions of the payload name the trigger in another place.
pub const COMPOSIO: Recipe = Recipe {
    name: Borrowed("composio"),
    provider: provider(
        "Composio",
        "https://github.com/ComposioHQ/composio",
        "any header but the id and the time",
        Some(Library),
    ),
    proof: HMAC_SHA256,
    ..STANDARD
};
