//! Zendesk.

use super::prelude::*;

/// [Zendesk](https://developer.zendesk.com/documentation/webhooks/verifying/): `{timestamp}{body}` with nothing
/// between; base64 HMAC-SHA256 in `X-Zendesk-Webhook-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Outside the signature. GET and DELETE webhooks have no body: the time
/// alone is signed. A fixed test secret holds until the webhook is saved.
pub const ZENDESK: Recipe = Recipe {
    name: Borrowed("zendesk"),
    provider: provider(
        "Zendesk",
        "https://developer.zendesk.com/documentation/webhooks/verifying/",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-zendesk-webhook-signature", Base64)] }),
    content: TIMESTAMP_BODY,
    timestamp: timestamp(in_header("x-zendesk-webhook-signature-timestamp"), Rfc3339, 300, 300),
    id: unsigned_header("x-zendesk-webhook-invocation-id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
