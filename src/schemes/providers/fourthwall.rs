//! Fourthwall.

use super::prelude::*;

/// [Fourthwall](https://docs.fourthwall.com/webhooks/signature-verification): Base64 HMAC-SHA256 of the raw body in
/// `X-Fourthwall-Hmac-SHA256`.
///
/// Not covered: time, URL, or any header. WebhookId names the webhook's configuration: never use it. Platform apps use
/// the header `X-Fourthwall-Hmac-Apps-SHA256` and the app's key in the same way.
pub const FOURTHWALL: Recipe = Recipe {
    name: Borrowed("fourthwall"),
    provider: provider(
        "Fourthwall",
        "https://docs.fourthwall.com/webhooks/signature-verification",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-fourthwall-hmac-sha256", Base64)] }),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
