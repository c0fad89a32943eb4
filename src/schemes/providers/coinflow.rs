//! Coinflow.

use super::prelude::*;

/// [Coinflow](https://docs.coinflow.cash/): `Coinflow-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body. Not covered: any other header. Coinflow names no
/// window; five minutes both ways are this crate's choice. No id and no type are known.
pub const COINFLOW: Recipe = Recipe {
    name: Borrowed("coinflow"),
    provider: provider("Coinflow", "https://docs.coinflow.cash/", "any header", Some(Ours)),
    signatures: Borrowed(const { &[items("coinflow-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
