//! Mux.

use super::prelude::*;

/// [Mux](https://docs.mux.com/docs/core/verify-webhook-signatures): `Mux-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body; `id` and `type` are in it. Not covered: any other
/// header. Five minutes both ways, as in Mux's library. Each endpoint of each environment has its own secret.
pub const MUX: Recipe = Recipe {
    name: Borrowed("mux"),
    provider: provider("Mux", "https://docs.mux.com/docs/core/verify-webhook-signatures", "any header", Some(Library)),
    signatures: Borrowed(const { &[items("mux-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
