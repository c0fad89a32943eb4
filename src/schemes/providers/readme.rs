//! ReadMe.

use super::prelude::*;

/// [ReadMe](https://github.com/readmeio/metrics-sdks): `ReadMe-Signature: t=…,v0=…`.
///
/// Signed: the digits of `t` (Unix milliseconds), a dot, the raw body. Not covered: any other header. Half an hour
/// back, as in ReadMe's library; five minutes ahead are this crate's choice. No id and no type are known.
pub const README: Recipe = Recipe {
    name: Borrowed("readme"),
    provider: provider("ReadMe", "https://github.com/readmeio/metrics-sdks", "any header", Some(Library)),
    signatures: Borrowed(const { &[items("readme-signature", V0)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: timestamp(in_item("t"), Milliseconds, 1800, 300),
    ..NOTHING_ELSE
};
