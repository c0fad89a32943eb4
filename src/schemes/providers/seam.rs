//! Seam.

use super::prelude::*;

/// [Seam](https://docs.seam.co/latest/developer-tools/webhooks), which sends with Svix: `svix-id`, `svix-timestamp`,
/// `svix-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the type, `event_type`, in
/// it. Not covered: any other header. Five minutes both ways, as in Seam's library. The secret is base64 after
/// `whsec_`, which may be missing. A retry has the same id; the event has another one, `event_id`, in the body.
pub const SEAM: Recipe = Recipe {
    name: Borrowed("seam"),
    provider: provider(
        "Seam",
        "https://docs.seam.co/latest/developer-tools/webhooks",
        "any header but the id and the time",
        Some(Library),
    ),
    kind: signed_json("/event_type"),
    ..SVIX_HEADERS
};
