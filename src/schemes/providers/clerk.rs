//! Clerk.

use super::prelude::*;

/// [Clerk](https://clerk.com/docs/guides/development/webhooks/syncing): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256
/// in each `v1,` entry of `svix-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after an optional `whsec_` prefix. Kept on a retry. Sent through Svix.
pub const CLERK: Recipe = Recipe {
    name: Borrowed("clerk"),
    provider: provider(
        "Clerk",
        "https://clerk.com/docs/guides/development/webhooks/syncing",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    ..SVIX_HEADERS
};
