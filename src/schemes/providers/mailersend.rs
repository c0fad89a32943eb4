//! MailerSend.

use super::prelude::*;

/// [MailerSend](https://developers.mailersend.com/api/v1/webhooks.html): Hex HMAC-SHA256 of the raw body in Signature.
///
/// Not covered: time, URL, or any header. Id: webhook_id names the webhook's configuration; no member is documented as
/// unique per delivery. The header is called just Signature, as at several other providers.
pub const MAILERSEND: Recipe = Recipe {
    name: Borrowed("mailersend"),
    provider: provider(
        "MailerSend",
        "https://developers.mailersend.com/api/v1/webhooks.html",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("signature", Hex)] }),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
