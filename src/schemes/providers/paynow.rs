//! PayNow.gg.

use super::prelude::*;

/// [PayNow.gg](https://docs.paynow.gg/webhooks/validating-incoming-webhooks): base64 HMAC-SHA256 in `PayNow-Signature`
/// over the time in `PayNow-Timestamp` and the body.
///
/// Signed: the digits of the time (Unix milliseconds), a dot, the raw body, with the type, `event_type`, in it. Not
/// covered: any other header. Five minutes, as in its documentation, both ways. No id is known. This is neither Paynow
/// of Zimbabwe nor PayNow of Singapore.
pub const PAYNOW: Recipe = Recipe {
    name: Borrowed("paynow"),
    provider: provider(
        "PayNow.gg",
        "https://docs.paynow.gg/webhooks/validating-incoming-webhooks",
        "any header but the time",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[bare("paynow-signature", Base64)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: milliseconds(in_header("paynow-timestamp"), 300),
    kind: signed_json("/event_type"),
    ..NOTHING_ELSE
};
