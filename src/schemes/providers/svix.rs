//! Svix.

use super::prelude::*;

/// [Svix](https://docs.svix.com/receiving/verifying-payloads/how-manual): `svix-id`, `svix-timestamp`, `svix-signature:
/// v1,… v1,…`; or the same with `webhook-` in place of `svix-`, where there is no `svix-signature`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body. Not covered: any other header.
/// Five minutes both ways, as in Svix's library. The secret is base64 after `whsec_`, which may be missing. A retry has
/// the same id. Whoever sends with Svix chooses what the body looks like, so its type is known for the `webhook-`
/// headers alone: the `type` that the [Standard Webhooks](super::STANDARD_WEBHOOKS) recommend.
pub const SVIX: Recipe = Recipe {
    name: Borrowed("svix"),
    provider: provider(
        "Svix",
        "https://docs.svix.com/receiving/verifying-payloads/how-manual",
        "any header but the id and the time",
        Some(Library),
    ),
    kind: None,
    alternatives: Borrowed(const { &[STANDARD] }),
    ..SVIX_HEADERS
};
