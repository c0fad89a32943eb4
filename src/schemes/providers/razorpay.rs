//! Razorpay.

use super::prelude::*;

/// [Razorpay](https://razorpay.com/docs/webhooks/validate-test/): hex HMAC-SHA256 of the body in
/// `X-Razorpay-Signature`.
///
/// Signed: the raw body, with the type, `event`, in it. Not covered: time, so there is no window; and all headers, so
/// anybody on the way can change the event's id (`X-Razorpay-Event-Id`). The ids in `payload` name payments and orders,
/// not the event. The secret is that of the webhook, not that of the API.
pub const RAZORPAY: Recipe = Recipe {
    name: Borrowed("razorpay"),
    provider: provider("Razorpay", "https://razorpay.com/docs/webhooks/validate-test/", "time, or any header", None),
    signatures: Borrowed(const { &[bare("x-razorpay-signature", Hex)] }),
    id: unsigned_header("x-razorpay-event-id"),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
