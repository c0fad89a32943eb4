//! Lago (HMAC mode).

use super::prelude::*;

/// [Lago](https://getlago.com/docs/api-reference/webhooks/format---signature), webhooks signed with HMAC: base64
/// HMAC-SHA256 of the body in `X-Lago-Signature`.
///
/// Signed: the raw body, with the type, `webhook_type`, in it. Not covered: time, so there is no window; and all
/// headers, so anybody on the way can change the webhook's id (`X-Lago-Unique-Key`), which stays the same on a retry.
/// The secret is the organisation's `hmac_key`, the text of a UUID. What `X-Lago-Signature-Algorithm` says is not
/// looked at. Unless you tell Lago to sign with HMAC, it sends tokens: see `LAGO_JWT`.
pub const LAGO: Recipe = Recipe {
    name: Borrowed("lago"),
    provider: provider(
        "Lago (HMAC mode)",
        "https://getlago.com/docs/api-reference/webhooks/format---signature",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-lago-signature", Base64)] }),
    id: unsigned_header("x-lago-unique-key"),
    kind: signed_json("/webhook_type"),
    ..NOTHING_ELSE
};
