//! Infisical.

use super::prelude::*;

/// [Infisical](https://infisical.com/docs/documentation/platform/webhooks): `X-Infisical-Signature: t=…;…`, hex
/// HMAC-SHA256 of the body behind the semicolon.
///
/// Signed: the raw body, with the type, `event`, in it. Not covered: any header, so neither `t`. The body repeats that
/// time in `timestamp`, which is signed but not checked, so there is no window. No id is known. Webhooks for Slack and
/// Microsoft Teams have another body, without `event`.
pub const INFISICAL: Recipe = Recipe {
    name: Borrowed("infisical"),
    provider: provider("Infisical", "https://infisical.com/docs/documentation/platform/webhooks", "any header", None),
    signatures: Borrowed(const { &[shaped("x-infisical-signature", Shape::AfterLast { separator: ';' }, Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
