//! GoCardless.

use super::prelude::*;

/// [GoCardless](https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks/): hex HMAC-SHA256 of
/// the body in `Webhook-Signature`.
///
/// Signed: the raw body, with `meta.webhook_id` in it. Not covered: time, or any header, so there is no window. A
/// delivery is a batch, and the id is that of the batch. Deduplicate the events by the `id` that each element of
/// `events` has. There is no single type.
pub const GOCARDLESS: Recipe = Recipe {
    name: Borrowed("gocardless"),
    provider: provider(
        "GoCardless",
        "https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("webhook-signature", Hex)] }),
    id: signed_json("/meta/webhook_id"),
    ..NOTHING_ELSE
};
