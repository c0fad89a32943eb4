//! Coinflow.

use super::prelude::*;

/// [Coinflow](https://docs.coinflow.cash/): `{t}.{body}`; hex HMAC-SHA256 in item v1 of `Coinflow-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Id: Not checked in a primary source. Built like Stripe's header.
pub const COINFLOW: Recipe = Recipe {
    name: Borrowed("coinflow"),
    provider: provider("Coinflow", "https://docs.coinflow.cash/", "any header, the URL, the method", Some(Ours)),
    signatures: Borrowed(const { &[items("coinflow-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
