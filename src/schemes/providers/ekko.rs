//! Ekko.

use super::prelude::*;

/// [Ekko](https://docs.ekko.earth/docs/signature-verification): Hex HMAC-SHA256 of the raw body in signature.
///
/// Not covered: any header; the time is covered (in the body). The time may be off by 5 minutes both ways, which is the
/// choice of this crate: the provider names no window. Secret: the text itself (the organisationId). Id: No event id is
/// documented on the page at hand. The key is an identifier, which is hardly secret: treat the signature as weak and
/// restrict the source too.
pub const EKKO: Recipe = Recipe {
    name: Borrowed("ekko"),
    provider: provider(
        "Ekko",
        "https://docs.ekko.earth/docs/signature-verification",
        "any header; the time is covered (in the body)",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("signature", Hex)] }),
    timestamp: timestamp(in_json("/timestamp"), Rfc3339, 300, 300),
    ..NOTHING_ELSE
};
