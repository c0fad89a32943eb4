//! SendGrid Event Webhook.

use super::prelude::*;

/// [SendGrid](https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features),
/// event webhook: an ECDSA signature (P-256, SHA-256) in base64 in `X-Twilio-Email-Event-Webhook-Signature`, over the
/// time in `X-Twilio-Email-Event-Webhook-Timestamp` and the body.
///
/// Signed: the digits of the time (Unix seconds), the raw body right after them, with the line end (CRLF) that it may
/// have. Not covered: any other header. SendGrid names no window; five minutes both ways are this crate's choice. The
/// secret is the public key in base64, as the console shows it. A delivery is a batch without an id or a type of its
/// own: deduplicate the events by their `sg_event_id`.
pub const SENDGRID: Recipe = Recipe {
    name: Borrowed("sendgrid"),
    provider: provider(
        "SendGrid Event Webhook",
        "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
        "any header but the time",
        Some(Ours),
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::EcdsaP256Sha256),
    signatures: Borrowed(const { &[bare("x-twilio-email-event-webhook-signature", Base64)] }),
    content: TIMESTAMP_BODY,
    timestamp: seconds(in_header("x-twilio-email-event-webhook-timestamp"), 300),
    ..NOTHING_ELSE
};
