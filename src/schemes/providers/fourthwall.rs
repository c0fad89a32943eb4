//! Fourthwall.

use super::prelude::*;

/// [Fourthwall](https://docs.fourthwall.com/webhooks/signature-verification): base64 HMAC-SHA256 of the body in
/// `X-Fourthwall-Hmac-SHA256`.
///
/// Signed: the raw body; `id` and `type` are in it. Not covered: time, or any header, so there is no window.
/// `webhookId` names the webhook, not the event. What platform apps get in `X-Fourthwall-Hmac-Apps-SHA256` is not read.
pub const FOURTHWALL: Recipe = Recipe {
    name: Borrowed("fourthwall"),
    provider: provider(
        "Fourthwall",
        "https://docs.fourthwall.com/webhooks/signature-verification",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-fourthwall-hmac-sha256", Base64)] }),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
