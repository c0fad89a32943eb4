//! MailerSend.

use super::prelude::*;

/// [MailerSend](https://developers.mailersend.com/api/v1/webhooks.html): hex HMAC-SHA256 of the body in `Signature`.
///
/// Signed: the raw body, with the event's `type` in it. Not covered: time, or any header, so there is no window. No id
/// of the event is known: `webhook_id` names the webhook and is the same on every delivery.
pub const MAILERSEND: Recipe = Recipe {
    name: Borrowed("mailersend"),
    provider: provider(
        "MailerSend",
        "https://developers.mailersend.com/api/v1/webhooks.html",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("signature", Hex)] }),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
