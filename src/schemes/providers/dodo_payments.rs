//! Dodo Payments.

use super::prelude::*;

/// [Dodo Payments](https://docs.dodopayments.com/developer-resources/webhooks): `{id}.{timestamp}.{body}`; base64
/// HMAC-SHA256 in each `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after an optional `whsec_` prefix. Kept on a retry. No event id stands in the body;
/// the header has it.
pub const DODO_PAYMENTS: Recipe = Recipe {
    name: Borrowed("dodo_payments"),
    provider: provider(
        "Dodo Payments",
        "https://docs.dodopayments.com/developer-resources/webhooks",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    ..STANDARD
};
