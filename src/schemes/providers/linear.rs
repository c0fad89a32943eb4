//! Linear.

use super::prelude::*;

/// [Linear](https://linear.app/developers/webhooks): Hex HMAC-SHA256 of the raw body in `Linear-Signature`.
///
/// Not covered: any header; the time is covered (in the body). The time may be off by a minute both ways, as in its own
/// library. WebhookTimestamp, Unix milliseconds; the SDK compares absolute difference with 60 s and Linear's page
/// advises a minute. UUID of the delivery. webhookId in the body names the webhook's configuration: never use it.
/// `Linear-Timestamp` repeats the time unsigned: ignore it.
pub const LINEAR: Recipe = Recipe {
    name: Borrowed("linear"),
    provider: provider(
        "Linear",
        "https://linear.app/developers/webhooks",
        "any header; the time is covered (in the body)",
        Some(Library),
    ),
    signatures: Borrowed(const { &[bare("linear-signature", Hex)] }),
    timestamp: milliseconds(in_json("/webhookTimestamp"), 60),
    id: unsigned_header("linear-delivery"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
