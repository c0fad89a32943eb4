//! Infisical.

use super::prelude::*;

/// [Infisical](https://infisical.com/docs/documentation/platform/webhooks): Hex HMAC-SHA256 of the raw body in
/// `X-Infisical-Signature` as `t=`\<Unix ms\>;\<hex\>.
///
/// Not covered: any header, the `t=` item among them; the time is covered by its copy in the body. The time may be off
/// by 5 minutes both ways, which is the choice of this crate: the provider names no window. Id: There is no event id.
/// Take the time from the signed body, never from `t=`. Types Slack and Microsoft Teams have other bodies without
/// event.
pub const INFISICAL: Recipe = Recipe {
    name: Borrowed("infisical"),
    provider: provider(
        "Infisical",
        "https://infisical.com/docs/documentation/platform/webhooks",
        "any header, the t= item among them; the time is covered by its copy in the body",
        None,
    ),
    signatures: Borrowed(const { &[shaped("x-infisical-signature", Shape::AfterLast { separator: ';' }, Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
