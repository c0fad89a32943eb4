//! Heroku.

use super::prelude::*;

/// [Heroku](https://devcenter.heroku.com/articles/app-webhooks#securing-webhook-requests): base64 HMAC-SHA256 of the
/// body in `Heroku-Webhook-Hmac-SHA256`.
///
/// Signed: the raw body; `webhook_metadata.event.id` and `webhook_metadata.event.include`, the type, such as
/// `api:release`, are in it. Not covered: time, or any header, so there is no window. The id stays the same on a retry;
/// `webhook_metadata.webhook.id` names the webhook. What you let Heroku send in `Authorization` is not looked at.
pub const HEROKU: Recipe = Recipe {
    name: Borrowed("heroku"),
    provider: provider(
        "Heroku",
        "https://devcenter.heroku.com/articles/app-webhooks#securing-webhook-requests",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("heroku-webhook-hmac-sha256", Base64)] }),
    id: signed_json("/webhook_metadata/event/id"),
    kind: signed_json("/webhook_metadata/event/include"),
    ..NOTHING_ELSE
};
