//! Vercel.

use super::prelude::*;

/// [Vercel](https://vercel.com/docs/webhooks/webhooks-api): Hex HMAC-SHA1 of the raw body in `x-vercel-signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (webhook secret; for integrations the client secret).
/// Only SHA-1 is offered.
pub const VERCEL: Recipe = Recipe {
    name: Borrowed("vercel"),
    provider: provider("Vercel", "https://vercel.com/docs/webhooks/webhooks-api", "time, URL, or any header", None),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-vercel-signature", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
