//! Liveblocks.

use super::prelude::*;

/// [Liveblocks](https://liveblocks.io/docs/platform/webhooks) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in Liveblocks' library. The secret is base64 after
/// `whsec_`, which must be there. A retry has the same id.
pub const LIVEBLOCKS: Recipe = Recipe {
    name: Borrowed("liveblocks"),
    provider: provider(
        "Liveblocks",
        "https://liveblocks.io/docs/platform/webhooks",
        "any header but the id and the time",
        Some(Library),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterRequired(Borrowed("whsec_"))),
    ..STANDARD
};
