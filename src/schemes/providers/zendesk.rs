//! Zendesk.

use super::prelude::*;

/// [Zendesk](https://developer.zendesk.com/documentation/webhooks/verifying/): base64 HMAC-SHA256 in
/// `X-Zendesk-Webhook-Signature` over the time in `X-Zendesk-Webhook-Signature-Timestamp` and the body.
///
/// Signed: the text of the time (RFC 3339), the raw body right after it; of a GET or DELETE the time alone. Not
/// covered: any other header, so anybody on the way can change the invocation's id (`X-Zendesk-Webhook-Invocation-Id`).
/// Zendesk names no window; five minutes both ways are this crate's choice. Event webhooks have a `type` in the body;
/// triggers and automations send a body of your own making. Until a webhook is saved, its tests are signed with a
/// secret that everybody knows.
pub const ZENDESK: Recipe = Recipe {
    name: Borrowed("zendesk"),
    provider: provider(
        "Zendesk",
        "https://developer.zendesk.com/documentation/webhooks/verifying/",
        "any header but the time",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-zendesk-webhook-signature", Base64)] }),
    content: TIMESTAMP_BODY,
    timestamp: timestamp(in_header("x-zendesk-webhook-signature-timestamp"), Rfc3339, 300, 300),
    id: unsigned_header("x-zendesk-webhook-invocation-id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
