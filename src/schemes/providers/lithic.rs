//! Lithic.

use super::prelude::*;

/// [Lithic](https://docs.lithic.com/docs/events-api) follows the [Standard Webhooks](super::STANDARD_WEBHOOKS):
/// `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body. Not covered: any other header.
/// Five minutes both ways, as in Lithic's library. The secret is base64 after `whsec_`, which may be missing. A retry
/// has the same id. No type is known.
pub const LITHIC: Recipe = Recipe {
    name: Borrowed("lithic"),
    provider: provider(
        "Lithic",
        "https://docs.lithic.com/docs/events-api",
        "any header but the id and the time",
        Some(Library),
    ),
    kind: None,
    ..STANDARD
};
