//! Lago (HMAC mode).

use super::prelude::*;

/// [Lago (HMAC mode)](https://getlago.com/docs/api-reference/webhooks/format---signature): Base64 HMAC-SHA256 of the
/// raw body in `X-Lago-Signature`, with `X-Lago-Signature-Algorithm`: hmac.
///
/// Not covered: time, URL, or any header. Secret: the text itself (the organisation's hmac_key, a UUID text). The
/// stored webhook's id, so the same over retries; unsigned. JWT mode is Lago's default: pin the algorithm in
/// configuration, never follow the header.
pub const LAGO: Recipe = Recipe {
    name: Borrowed("lago"),
    provider: provider(
        "Lago (HMAC mode)",
        "https://getlago.com/docs/api-reference/webhooks/format---signature",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-lago-signature", Base64)] }),
    id: unsigned_header("x-lago-unique-key"),
    kind: signed_json("/webhook_type"),
    ..NOTHING_ELSE
};
