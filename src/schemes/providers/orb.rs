//! Orb.

use super::prelude::*;

/// [Orb](https://docs.withorb.com/integrations-and-exports/webhooks): `v1:{timestamp}:{body}`; hex HMAC-SHA256 in each
/// `v1=` entry of `X-Orb-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as in its own library.
/// Entries are parted by spaces. Sign the time's text as sent, without adding a Z.
pub const ORB: Recipe = Recipe {
    name: Borrowed("orb"),
    provider: provider(
        "Orb",
        "https://docs.withorb.com/integrations-and-exports/webhooks",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items_between("x-orb-signature", " ", V1, Hex)] }),
    content: Template::of(const { &[text("v1:"), Part::Timestamp, text(":"), Part::Body] }),
    timestamp: timestamp(in_header("x-orb-timestamp"), Rfc3339OptionalOffset, 300, 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
