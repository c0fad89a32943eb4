//! 360Learning.

use super::prelude::*;

/// [360Learning](https://360learning.readme.io/docs/security-and-signature-verification): `{id}.{timestamp}.{body}`;
/// base64 HMAC-SHA256 in each `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, which
/// is the choice of this crate: the provider names no window. Secret: Base64 after an optional `whsec_` prefix. Kept on
/// a retry. The page states the family's scheme; the body's fields were not checked.
pub const LEARNING_360: Recipe = Recipe {
    name: Borrowed("learning_360"),
    provider: provider(
        "360Learning",
        "https://360learning.readme.io/docs/security-and-signature-verification",
        "any header but id and timestamp, the URL, the method",
        Some(Ours),
    ),
    kind: None,
    ..STANDARD
};
