//! X (Twitter).

use super::prelude::*;

/// [X](https://docs.x.com/x-api/webhooks/quickstart): `x-twitter-webhooks-signature: sha256=…`, in base64.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the app's consumer
/// secret. No id and no type are known: a delivery holds arrays of activities. X asks about every hour whether the
/// endpoint still answers; `Handshake::x` does. A body that could be such a question is refused, since the answer is a
/// signature by the same key.
pub const X: Recipe = Recipe {
    name: Borrowed("x"),
    provider: provider("X (Twitter)", "https://docs.x.com/x-api/webhooks/quickstart", "time, or any header", None),
    signatures: Borrowed(const { &[prefixed("x-twitter-webhooks-signature", "sha256=", Base64)] }),
    check: Some(Check(is_no_challenge)),
    ..NOTHING_ELSE
};

/// Whoever asks with a `crc_token` is told its HMAC by the same key: that of a body, if it can be one.
fn is_no_challenge(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
    let could_be = (1..=LONGEST_CHALLENGE).contains(&delivery.payload.len());
    if !could_be || !delivery.payload.iter().all(is_letter) {
        return Ok(());
    }
    Err(payload_malformed("the body could be a challenge, whose answer anybody can ask for"))
}

/// The handshake answers no longer one.
const LONGEST_CHALLENGE: usize = 1 << 10;
