//! Composio.

use super::prelude::*;

/// [Composio](https://github.com/ComposioHQ/composio): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each `v1,`
/// entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: The secret's own UTF-8 bytes; no base64 decoding. Kept on a retry. Older payload versions
/// name the trigger differently.
pub const COMPOSIO: Recipe = Recipe {
    name: Borrowed("composio"),
    provider: provider(
        "Composio",
        "https://github.com/ComposioHQ/composio",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    proof: HMAC_SHA256,
    ..STANDARD
};
