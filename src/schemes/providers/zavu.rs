//! Zavu.

use super::prelude::*;

/// [Zavu](https://docs.zavu.dev/guides/receiving-messages/security): `X-Zavu-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body. Not covered: any other header. Zavu names no window;
/// five minutes both ways are this crate's choice. No id and no type are known.
pub const ZAVU: Recipe = Recipe {
    name: Borrowed("zavu"),
    provider: provider("Zavu", "https://docs.zavu.dev/guides/receiving-messages/security", "any header", Some(Ours)),
    signatures: Borrowed(const { &[items("x-zavu-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
