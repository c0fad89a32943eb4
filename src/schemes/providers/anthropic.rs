//! Anthropic.

use super::prelude::*;

/// [Anthropic](https://platform.claude.com/docs/en/managed-agents/webhooks) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body. The type is `data.type` in it;
/// the outer `type` always says `event`. Not covered: any other header. Five minutes both ways, as in Anthropic's
/// library. The secret is base64 after `whsec_`, which may be missing. A retry has the same id.
pub const ANTHROPIC: Recipe = Recipe {
    name: Borrowed("anthropic"),
    provider: provider(
        "Anthropic",
        "https://platform.claude.com/docs/en/managed-agents/webhooks",
        "any header but the id and the time",
        Some(Library),
    ),
    kind: signed_json("/data/type"),
    ..STANDARD
};
