//! Heroku.

use super::prelude::*;

/// [Heroku](https://devcenter.heroku.com/articles/app-webhooks#securing-webhook-requests): Base64 HMAC-SHA256 of the
/// raw body in `Heroku-Webhook-Hmac-SHA256`.
///
/// Not covered: time, URL, or any header. Identifies the event over deliveries and attempts;
/// `/webhook_metadata/webhook/id` names the configuration. An authorization value set with the webhook is sent in
/// Authorization besides the signature.
pub const HEROKU: Recipe = Recipe {
    name: Borrowed("heroku"),
    provider: provider(
        "Heroku",
        "https://devcenter.heroku.com/articles/app-webhooks#securing-webhook-requests",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("heroku-webhook-hmac-sha256", Base64)] }),
    id: signed_json("/webhook_metadata/event/id"),
    kind: signed_json("/webhook_metadata/event/include"),
    ..NOTHING_ELSE
};
