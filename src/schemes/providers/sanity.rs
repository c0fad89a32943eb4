//! Sanity.

use super::prelude::*;

/// [Sanity](https://github.com/sanity-io/webhook-toolkit): `sanity-webhook-signature: t=…,v1=…`, in URL-safe base64.
///
/// Signed: the digits of `t` (Unix milliseconds), a dot, the raw body. Not covered: any other header, so anybody on the
/// way can change the delivery's id (`idempotency-key`). Sanity's library has no window; five minutes both ways are
/// this crate's choice. No type is known.
pub const SANITY: Recipe = Recipe {
    name: Borrowed("sanity"),
    provider: provider("Sanity", "https://github.com/sanity-io/webhook-toolkit", "any header", Some(Ours)),
    signatures: Borrowed(const { &[items_between("sanity-webhook-signature", ",", V1, Base64Url)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: milliseconds(in_item("t"), 300),
    id: unsigned_header("idempotency-key"),
    ..NOTHING_ELSE
};
