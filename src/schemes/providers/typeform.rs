//! Typeform.

use super::prelude::*;

/// [Typeform](https://www.typeform.com/developers/webhooks/secure-your-webhooks/): Base64 HMAC-SHA256 of the raw body
/// in `Typeform-Signature` after "sha256=".
///
/// Not covered: time, URL, or any header. Form_response.token names the submission. Base64 follows a prefix that
/// elsewhere announces hex.
pub const TYPEFORM: Recipe = Recipe {
    name: Borrowed("typeform"),
    provider: provider(
        "Typeform",
        "https://www.typeform.com/developers/webhooks/secure-your-webhooks/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("typeform-signature", "sha256=", Base64)] }),
    id: signed_json("/event_id"),
    kind: signed_json("/event_type"),
    ..NOTHING_ELSE
};
