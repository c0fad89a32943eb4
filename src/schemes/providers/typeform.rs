//! Typeform.

use super::prelude::*;

/// [Typeform](https://www.typeform.com/developers/webhooks/secure-your-webhooks/): `Typeform-Signature: sha256=…`, in
/// base64.
///
/// Signed: the raw body; `event_id` and `event_type` are in it. Not covered: time, or any header, so there is no
/// window. `form_response.token` names the submission, not the event.
pub const TYPEFORM: Recipe = Recipe {
    name: Borrowed("typeform"),
    provider: provider(
        "Typeform",
        "https://www.typeform.com/developers/webhooks/secure-your-webhooks/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("typeform-signature", "sha256=", Base64)] }),
    id: signed_json("/event_id"),
    kind: signed_json("/event_type"),
    ..NOTHING_ELSE
};
