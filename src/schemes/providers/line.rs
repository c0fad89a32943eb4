//! LINE Messaging API.

use super::prelude::*;

/// [LINE Messaging API](https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/): Base64
/// HMAC-SHA256 of the raw body in `X-Line-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (channel secret). Id: A delivery is a batch:
/// webhookEventId stands in each element of `/events`. The console's Verify button sends an empty events array that
/// must be answered with 200.
pub const LINE: Recipe = Recipe {
    name: Borrowed("line"),
    provider: provider(
        "LINE Messaging API",
        "https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-line-signature", Base64)] }),
    ..NOTHING_ELSE
};
