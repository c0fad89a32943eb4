//! Sinch Conversation and SMS.

use super::prelude::*;

/// [Sinch](https://developers.sinch.com/docs/conversation/callbacks), Conversation and SMS: base64 HMAC-SHA256 in
/// `x-sinch-webhook-signature`, over the body, `x-sinch-webhook-signature-nonce` and the time in
/// `x-sinch-webhook-signature-timestamp`.
///
/// Signed: the raw body, a dot, the nonce, a dot, the digits of the time (Unix seconds). Not covered: any other header.
/// A delivery whose `x-sinch-webhook-signature-algorithm` says anything but `HmacSHA256` is refused. Sinch names no
/// window; five minutes both ways are this crate's choice. The nonce is another one on every delivery, so it does not
/// serve to deduplicate. No id and no type are known: those in the body name messages.
pub const SINCH_CONVERSATION: Recipe = Recipe {
    name: Borrowed("sinch_conversation"),
    provider: provider(
        "Sinch Conversation and SMS",
        "https://developers.sinch.com/docs/conversation/callbacks",
        "any header but the nonce and the time",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-sinch-webhook-signature", Base64)] }),
    content: Template::of(
        const {
            &[
                Part::Body,
                text("."),
                Part::Header(Borrowed("x-sinch-webhook-signature-nonce")),
                text("."),
                Part::Timestamp,
            ]
        },
    ),
    timestamp: seconds(in_header("x-sinch-webhook-signature-timestamp"), 300),
    check: Some(Check(is_hmac_sha256)),
    ..NOTHING_ELSE
};

/// The header that names the algorithm is not signed, so it must not choose one.
fn is_hmac_sha256(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    match delivery.head.headers.get("x-sinch-webhook-signature-algorithm") {
        None => Ok(()),
        Some(algorithm) if algorithm == "HmacSHA256" => Ok(()),
        Some(_) => Err(SchemeError::new(SchemeErrorKind::Malformed).hint("only HmacSHA256 is taken")),
    }
}
