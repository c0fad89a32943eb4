//! Standard Webhooks.

use super::prelude::*;

/// [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md) with
/// a shared secret (`v1`): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body; the recommended `type` is in it.
/// Not covered: any other header. An id with a dot in it is refused: the cut between it and the time would be anybody's
/// guess. Five minutes both ways, as in the reference libraries. Signatures of other versions (`v1a`) are passed over.
/// The secret is base64 after `whsec_`, which may be missing.
pub const STANDARD_WEBHOOKS: Recipe = Recipe {
    name: Borrowed("standard_webhooks"),
    provider: provider(
        "Standard Webhooks",
        "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
        "any header but the id and the time",
        Some(Library),
    ),
    ..STANDARD
};
