//! GoCardless.

use super::prelude::*;

/// [GoCardless](https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks/): Hex HMAC-SHA256 of
/// the raw body in `Webhook-Signature`.
///
/// Not covered: time, URL, or any header. Identifies the batch; single events carry their own id in `/events`.
/// Deduplicate events by those. A delivery holds many events; process each of them.
pub const GOCARDLESS: Recipe = Recipe {
    name: Borrowed("gocardless"),
    provider: provider(
        "GoCardless",
        "https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("webhook-signature", Hex)] }),
    id: signed_json("/meta/webhook_id"),
    ..NOTHING_ELSE
};
