//! Cashfree.

use super::prelude::*;

/// [Cashfree](https://www.cashfree.com/docs/payments/online/webhooks/signature-verification): `{timestamp}{body}` with
/// nothing between; base64 HMAC-SHA256 in `x-webhook-signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Secret: The API client secret (for partners, the partner API key) as UTF-8
/// bytes. Id: Not checked; the payment ids in the body name objects. Payouts V1 (Cashgram) uses another, form-based
/// scheme. Amounts are formatted by the sender, so never re-serialise.
pub const CASHFREE: Recipe = Recipe {
    name: Borrowed("cashfree"),
    provider: provider(
        "Cashfree",
        "https://www.cashfree.com/docs/payments/online/webhooks/signature-verification",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-webhook-signature", Base64)] }),
    content: TIMESTAMP_BODY,
    timestamp: milliseconds(in_header("x-webhook-timestamp"), 300),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
