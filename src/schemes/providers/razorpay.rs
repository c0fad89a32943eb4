//! Razorpay.

use super::prelude::*;

/// [Razorpay](https://razorpay.com/docs/webhooks/validate-test/): Hex HMAC-SHA256 of the raw body in
/// `X-Razorpay-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (webhook secret, not the API secret). Unique per
/// event, but an unsigned header. Payload.*.entity.id names the payment or order, not the event.
pub const RAZORPAY: Recipe = Recipe {
    name: Borrowed("razorpay"),
    provider: provider(
        "Razorpay",
        "https://razorpay.com/docs/webhooks/validate-test/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-razorpay-signature", Hex)] }),
    id: unsigned_header("x-razorpay-event-id"),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
