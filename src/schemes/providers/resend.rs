//! Resend.

use super::prelude::*;

/// [Resend](https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests), which sends with Svix: `svix-id`,
/// `svix-timestamp`, `svix-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in Resend's library. The secret is base64 after `whsec_`,
/// which may be missing. A retry has the same id.
pub const RESEND: Recipe = Recipe {
    name: Borrowed("resend"),
    provider: provider(
        "Resend",
        "https://resend.com/docs/dashboard/webhooks/verify-webhooks-requests",
        "any header but the id and the time",
        Some(Library),
    ),
    ..SVIX_HEADERS
};
