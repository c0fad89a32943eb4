//! Vercel.

use super::prelude::*;

/// [Vercel](https://vercel.com/docs/webhooks/webhooks-api): hex HMAC-SHA1 of the body in `x-vercel-signature`.
///
/// Signed: the raw body; `id` and `type` are in it. Not covered: time, or any header, so there is no window. The secret
/// is that of the webhook; for an integration it is the client secret. SHA-1 is Vercel's choice; HMAC does not suffer
/// from its collisions.
pub const VERCEL: Recipe = Recipe {
    name: Borrowed("vercel"),
    provider: provider("Vercel", "https://vercel.com/docs/webhooks/webhooks-api", "time, or any header", None),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-vercel-signature", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
