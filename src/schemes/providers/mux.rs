//! Mux.

use super::prelude::*;

/// [Mux](https://docs.mux.com/docs/core/verify-webhook-signatures): `{t}.{body}`; hex HMAC-SHA256 in item v1 of
/// `Mux-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as in its own library.
/// Each endpoint and environment has its own secret.
pub const MUX: Recipe = Recipe {
    name: Borrowed("mux"),
    provider: provider(
        "Mux",
        "https://docs.mux.com/docs/core/verify-webhook-signatures",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items("mux-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
