//! Sinch Conversation and SMS.

use super::prelude::*;

/// [Sinch Conversation and SMS](https://developers.sinch.com/docs/conversation/callbacks):
/// `{body}.{nonce}.{timestamp}`; base64 HMAC-SHA256 in `x-sinch-webhook-signature`.
///
/// Not covered: any header but nonce and timestamp, algorithm included. The time may be off by 5 minutes both ways,
/// which is the choice of this crate: the provider names no window. Id: The nonce is signed but belongs to the
/// delivery; message ids name messages. `x-sinch-webhook-signature-algorithm` says HmacSHA256 and is not signed: refuse
/// anything else rather than obey it.
pub const SINCH_CONVERSATION: Recipe = Recipe {
    name: Borrowed("sinch_conversation"),
    provider: provider(
        "Sinch Conversation and SMS",
        "https://developers.sinch.com/docs/conversation/callbacks",
        "any header but nonce and timestamp, algorithm included",
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
