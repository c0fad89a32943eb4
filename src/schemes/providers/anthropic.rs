//! Anthropic.

use super::prelude::*;

/// [Anthropic](https://platform.claude.com/docs/en/managed-agents/webhooks): `{id}.{timestamp}.{body}`; base64
/// HMAC-SHA256 in each `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after an optional `whsec_` prefix. Kept on a retry. The body's own `/id` is
/// documented for idempotency as well; the header is what is verified first.
pub const ANTHROPIC: Recipe = Recipe {
    name: Borrowed("anthropic"),
    provider: provider(
        "Anthropic",
        "https://platform.claude.com/docs/en/managed-agents/webhooks",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    kind: signed_json("/data/type"),
    ..STANDARD
};
