//! Dodo Payments.

use super::prelude::*;

/// [Dodo Payments](https://docs.dodopayments.com/developer-resources/webhooks) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the event's `type` in it.
/// Not covered: any other header. Five minutes both ways, as in Dodo's library. The secret is base64 after `whsec_`,
/// which may be missing. A retry has the same id; there is none in the body.
pub const DODO_PAYMENTS: Recipe = Recipe {
    name: Borrowed("dodo_payments"),
    provider: provider(
        "Dodo Payments",
        "https://docs.dodopayments.com/developer-resources/webhooks",
        "any header but the id and the time",
        Some(Library),
    ),
    ..STANDARD
};
