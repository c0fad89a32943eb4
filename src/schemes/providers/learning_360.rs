//! 360Learning.

use super::prelude::*;

/// [360Learning](https://360learning.readme.io/docs/security-and-signature-verification) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body. Not covered: any other header.
/// Five minutes both ways are this crate's choice, as for the other senders of the family. The secret is base64 after
/// `whsec_`, which may be missing. A retry has the same id. No type is known.
pub const LEARNING_360: Recipe = Recipe {
    name: Borrowed("learning_360"),
    provider: provider(
        "360Learning",
        "https://360learning.readme.io/docs/security-and-signature-verification",
        "any header but the id and the time",
        Some(Ours),
    ),
    kind: None,
    ..STANDARD
};
