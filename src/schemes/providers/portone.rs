//! PortOne.

use super::prelude::*;

/// [PortOne](https://developers.portone.io/opi/ko/integration/webhook/readme-v2) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in PortOne's library. The secret is base64 after `whsec_`,
/// which may be missing. A retry has the same id; those in the body name payments and the like, which send several
/// events.
pub const PORTONE: Recipe = Recipe {
    name: Borrowed("portone"),
    provider: provider(
        "PortOne",
        "https://developers.portone.io/opi/ko/integration/webhook/readme-v2",
        "any header but the id and the time",
        Some(Library),
    ),
    ..STANDARD
};
