//! Paddle Billing.

use super::prelude::*;

/// [Paddle Billing](https://developer.paddle.com/webhooks/about/signature-verification): `{ts}:{body}`; hex HMAC-SHA256
/// in each item h1 of `Paddle-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 seconds both ways, as in its own library.
/// SDKs refuse only the past; documentation calls five seconds the default. Notification_id is per destination and
/// delivery, event_id is the event's. Items are separated by semicolons, and several h1 appear while a secret is
/// rotated. Five seconds is tight: keep the clock in step or widen the window.
pub const PADDLE: Recipe = Recipe {
    name: Borrowed("paddle"),
    provider: provider(
        "Paddle Billing",
        "https://developer.paddle.com/webhooks/about/signature-verification",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items_between("paddle-signature", ";", &[Borrowed("h1")], Hex)] }),
    content: Template::of(const { &[Part::Timestamp, text(":"), Part::Body] }),
    timestamp: seconds(in_item("ts"), 5),
    id: signed_json("/event_id"),
    kind: signed_json("/event_type"),
    ..NOTHING_ELSE
};
