//! Zoho Payments.

use super::prelude::*;

/// [Zoho Payments](https://www.zoho.com/in/payments/developerdocs/webhooks/verification): `X-Zoho-Webhook-Signature:
/// t=…,v=…`.
///
/// Signed: the digits of `t` (Unix milliseconds), a dot, the raw body. Not covered: any other header. Zoho names no
/// window; five minutes both ways are this crate's choice. No id and no type are known.
pub const ZOHO_PAYMENTS: Recipe = Recipe {
    name: Borrowed("zoho_payments"),
    provider: provider(
        "Zoho Payments",
        "https://www.zoho.com/in/payments/developerdocs/webhooks/verification",
        "any header",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[items("x-zoho-webhook-signature", &[Borrowed("v")])] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: milliseconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
