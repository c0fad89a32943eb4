//! Fintoc.

use super::prelude::*;

/// [Fintoc](https://docs.fintoc.com/docs/webhooks-validating): `{t}.{body}`; hex HMAC-SHA256 in item v1 of
/// `Fintoc-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as in its own library. Id:
/// Not checked in a primary source; left out. Compare the raw body; JSON must not be parsed first.
pub const FINTOC: Recipe = Recipe {
    name: Borrowed("fintoc"),
    provider: provider(
        "Fintoc",
        "https://docs.fintoc.com/docs/webhooks-validating",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items("fintoc-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
