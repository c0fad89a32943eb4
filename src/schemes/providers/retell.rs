//! Retell AI.

use super::prelude::*;

/// [Retell AI](https://docs.retellai.com/features/secure-webhook): Body followed by the time's digits; hex HMAC-SHA256
/// in item d of `X-Retell-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as in its own library.
/// Secret: The API key marked for webhooks, as UTF-8 bytes. Id: call_id names the call; the same call has several
/// events. The time's item is called v and the signature's d.
pub const RETELL: Recipe = Recipe {
    name: Borrowed("retell"),
    provider: provider(
        "Retell AI",
        "https://docs.retellai.com/features/secure-webhook",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items("x-retell-signature", &[Borrowed("d")])] }),
    content: BODY_TIMESTAMP,
    timestamp: milliseconds(in_item("v"), 300),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
