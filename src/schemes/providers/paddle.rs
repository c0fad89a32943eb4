//! Paddle Billing.

use super::prelude::*;

/// [Paddle](https://developer.paddle.com/webhooks/about/signature-verification) Billing: `Paddle-Signature: ts=…;h1=…`.
///
/// Signed: the digits of `ts` (Unix seconds), a colon, the raw body; `event_id` and `event_type` are in it. Not
/// covered: any other header. Five seconds, as in Paddle's libraries, but both ways: those look at the past alone. That
/// is little: keep the clock right, or widen it with [`tolerance`](Recipe::tolerance). While a secret is rolled there
/// is one `h1` for each. `notification_id` is another one for each destination.
pub const PADDLE: Recipe = Recipe {
    name: Borrowed("paddle"),
    provider: provider(
        "Paddle Billing",
        "https://developer.paddle.com/webhooks/about/signature-verification",
        "any header",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items_between("paddle-signature", ";", &[Borrowed("h1")], Hex)] }),
    content: Template::of(const { &[Part::Timestamp, text(":"), Part::Body] }),
    timestamp: seconds(in_item("ts"), 5),
    id: signed_json("/event_id"),
    kind: signed_json("/event_type"),
    ..NOTHING_ELSE
};
