//! PlanetScale.

use super::prelude::*;

/// [PlanetScale](https://planetscale.com/docs/concepts/webhooks): hex HMAC-SHA256 of the body in
/// `X-PlanetScale-Signature`.
///
/// Signed: the raw body, with the type, `event`, in it. Not covered: any header. `timestamp` in the body is the time of
/// the event, not of the attempt, and is not checked, so there is no window. No id of the event is known: `resource.id`
/// names the object. The console can send the type `webhook.test`.
pub const PLANETSCALE: Recipe = Recipe {
    name: Borrowed("planetscale"),
    provider: provider("PlanetScale", "https://planetscale.com/docs/concepts/webhooks", "any header", None),
    signatures: Borrowed(const { &[bare("x-planetscale-signature", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
