//! Clerk.

use super::prelude::*;

/// [Clerk](https://clerk.com/docs/guides/development/webhooks/syncing), which sends with Svix: `svix-id`,
/// `svix-timestamp`, `svix-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in Clerk's library. The secret is base64 after `whsec_`,
/// which may be missing. A retry has the same id.
pub const CLERK: Recipe = Recipe {
    name: Borrowed("clerk"),
    provider: provider(
        "Clerk",
        "https://clerk.com/docs/guides/development/webhooks/syncing",
        "any header but the id and the time",
        Some(Library),
    ),
    ..SVIX_HEADERS
};
