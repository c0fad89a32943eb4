//! LINE Messaging API.

use super::prelude::*;

/// [LINE](https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/) Messaging API: base64
/// HMAC-SHA256 of the body in `X-Line-Signature`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the channel secret. A
/// delivery is a batch: each element of `events` has its own `webhookEventId` and `type`, and the delivery has neither.
/// The "Verify" button of the console sends a batch of none and wants 200.
pub const LINE: Recipe = Recipe {
    name: Borrowed("line"),
    provider: provider(
        "LINE Messaging API",
        "https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-line-signature", Base64)] }),
    ..NOTHING_ELSE
};
