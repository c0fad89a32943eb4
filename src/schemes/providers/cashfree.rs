//! Cashfree.

use super::prelude::*;

/// [Cashfree](https://www.cashfree.com/docs/payments/online/webhooks/signature-verification): base64 HMAC-SHA256 in
/// `x-webhook-signature` over the time in `x-webhook-timestamp` and the body.
///
/// Signed: the digits of the time (Unix milliseconds), the raw body right after them, with the event's `type` in it.
/// Not covered: any other header. Cashfree names no window; five minutes both ways are this crate's choice. The secret
/// is the client secret of the API; for partners it is the partner API key. No id of the event is known: those in the
/// body name payments and orders. Payouts V1 (Cashgram) is signed in another way.
pub const CASHFREE: Recipe = Recipe {
    name: Borrowed("cashfree"),
    provider: provider(
        "Cashfree",
        "https://www.cashfree.com/docs/payments/online/webhooks/signature-verification",
        "any header but the time",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-webhook-signature", Base64)] }),
    content: TIMESTAMP_BODY,
    timestamp: milliseconds(in_header("x-webhook-timestamp"), 300),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
