//! SendGrid Event Webhook.

use super::prelude::*;

/// [SendGrid Event
/// Webhook](https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features):
/// `{timestamp}{body}` with nothing between; base64 ECDSA P-256 in `X-Twilio-Email-Event-Webhook-Signature`.
///
/// Not covered: any header but the timestamp. The time may be off by 5 minutes both ways, which is the choice of this
/// crate: the provider names no window. Secret: Public key: base64 of SubjectPublicKeyInfo DER. Id: The body is a
/// batch; each element has sg_event_id. The body ends with CRLF, which is signed. Deduplicate per element on
/// sg_event_id.
pub const SENDGRID: Recipe = Recipe {
    name: Borrowed("sendgrid"),
    provider: provider(
        "SendGrid Event Webhook",
        "https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
        "any header but the timestamp",
        Some(Ours),
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::EcdsaP256Sha256),
    signatures: Borrowed(const { &[bare("x-twilio-email-event-webhook-signature", Base64)] }),
    content: TIMESTAMP_BODY,
    timestamp: seconds(in_header("x-twilio-email-event-webhook-timestamp"), 300),
    ..NOTHING_ELSE
};
