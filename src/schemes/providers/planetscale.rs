//! PlanetScale.

use super::prelude::*;

/// [PlanetScale](https://planetscale.com/docs/concepts/webhooks): Hex HMAC-SHA256 of the raw body in
/// `X-PlanetScale-Signature`.
///
/// Not covered: URL, or any header; a time is covered (in the body). Id: resource.id names the object; there is no
/// event id. A webhook.test event can be sent from the console.
pub const PLANETSCALE: Recipe = Recipe {
    name: Borrowed("planetscale"),
    provider: provider(
        "PlanetScale",
        "https://planetscale.com/docs/concepts/webhooks",
        "URL, or any header; a time is covered (in the body)",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-planetscale-signature", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
