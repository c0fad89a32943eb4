//! PayNow.gg.

use super::prelude::*;

/// [PayNow.gg](https://docs.paynow.gg/webhooks/validating-incoming-webhooks): `{timestamp}.{body}`; base64 HMAC-SHA256
/// in `PayNow-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as its documentation asks.
/// Five minutes, as receivers quote the page. Id: Receivers disagree on the id's name in the body. Not the Zimbabwean
/// Paynow nor Singapore's PayNow.
pub const PAYNOW: Recipe = Recipe {
    name: Borrowed("paynow"),
    provider: provider(
        "PayNow.gg",
        "https://docs.paynow.gg/webhooks/validating-incoming-webhooks",
        "any header, the URL, the method",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[bare("paynow-signature", Base64)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: milliseconds(in_header("paynow-timestamp"), 300),
    kind: signed_json("/event_type"),
    ..NOTHING_ELSE
};
