//! Calendly.

use super::prelude::*;

/// [Calendly](https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures): `{t}.{body}`; hex
/// HMAC-SHA256 in item v1 of `Calendly-Webhook-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 3 minutes both ways, as its documentation asks.
/// Three_minutes = 180 in the official sample, past only; the future bound is ours. trigger.dev uses 300. Secret: The
/// signing key chosen at subscription, or the OAuth app's, as UTF-8 bytes. Id: No event id is documented. Subscriptions
/// made with a personal token and no key are unsigned.
pub const CALENDLY: Recipe = Recipe {
    name: Borrowed("calendly"),
    provider: provider(
        "Calendly",
        "https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures",
        "any header, the URL, the method",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[items("calendly-webhook-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 180),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
