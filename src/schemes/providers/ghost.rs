//! Ghost.

use super::prelude::*;

/// [Ghost](https://docs.ghost.org/webhooks): `X-Ghost-Signature: sha256=…, t=…`.
///
/// Signed: the raw body, the digits of `t` (Unix milliseconds) right after it. Not covered: any other header. Ghost
/// names no window; five minutes both ways are this crate's choice. A webhook without a secret is not signed. No id and
/// no type are known.
pub const GHOST: Recipe = Recipe {
    name: Borrowed("ghost"),
    provider: provider("Ghost", "https://docs.ghost.org/webhooks", "any header", Some(Ours)),
    signatures: Borrowed(const { &[items("x-ghost-signature", &[Borrowed("sha256")])] }),
    content: BODY_TIMESTAMP,
    timestamp: milliseconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
