//! Liveblocks.

use super::prelude::*;

/// [Liveblocks](https://liveblocks.io/docs/platform/webhooks): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each
/// `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after `whsec_`, which must be present. Kept on a retry. Secrets without `whsec_` are
/// refused by the SDK.
pub const LIVEBLOCKS: Recipe = Recipe {
    name: Borrowed("liveblocks"),
    provider: provider(
        "Liveblocks",
        "https://liveblocks.io/docs/platform/webhooks",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    proof: secret(HmacSha256, SecretEncoding::Base64AfterRequired(Borrowed("whsec_"))),
    ..STANDARD
};
