//! Orb.

use super::prelude::*;

/// [Orb](https://docs.withorb.com/integrations-and-exports/webhooks): `X-Orb-Signature: v1=… v1=…` over the time in
/// `X-Orb-Timestamp` and the body.
///
/// Signed: `v1:`, the text of the time (RFC 3339, in UTC where it has no offset), a colon, the raw body; `id` and
/// `type` are in it. Not covered: any other header. Five minutes both ways, as in Orb's library. While a secret is
/// rolled there is one `v1` for each.
pub const ORB: Recipe = Recipe {
    name: Borrowed("orb"),
    provider: provider(
        "Orb",
        "https://docs.withorb.com/integrations-and-exports/webhooks",
        "any header but the time",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items_between("x-orb-signature", " ", V1, Hex)] }),
    content: Template::of(const { &[text("v1:"), Part::Timestamp, text(":"), Part::Body] }),
    timestamp: timestamp(in_header("x-orb-timestamp"), Rfc3339OptionalOffset, 300, 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
