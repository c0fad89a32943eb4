//! Zoho Payments.

use super::prelude::*;

/// [Zoho Payments](https://www.zoho.com/in/payments/developerdocs/webhooks/verification): `{t}.{body}`; hex HMAC-SHA256
/// in item v of `X-Zoho-Webhook-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Id: Not checked in a primary source. The signature's item is named v,
/// without a digit.
pub const ZOHO_PAYMENTS: Recipe = Recipe {
    name: Borrowed("zoho_payments"),
    provider: provider(
        "Zoho Payments",
        "https://www.zoho.com/in/payments/developerdocs/webhooks/verification",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[items("x-zoho-webhook-signature", &[Borrowed("v")])] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: milliseconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
