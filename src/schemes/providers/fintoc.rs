//! Fintoc.

use super::prelude::*;

/// [Fintoc](https://docs.fintoc.com/docs/webhooks-validating): `Fintoc-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body. Not covered: any other header. Five minutes both
/// ways, as in Fintoc's library. No id and no type are known.
pub const FINTOC: Recipe = Recipe {
    name: Borrowed("fintoc"),
    provider: provider("Fintoc", "https://docs.fintoc.com/docs/webhooks-validating", "any header", Some(Library)),
    signatures: Borrowed(const { &[items("fintoc-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
