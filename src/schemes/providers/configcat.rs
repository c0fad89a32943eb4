//! ConfigCat.

use super::prelude::*;

/// [ConfigCat](https://configcat.com/docs/advanced/notifications-webhooks/): base64 HMAC-SHA256 in
/// `X-ConfigCat-Webhook-Signature-V1`, over `X-ConfigCat-Webhook-ID`, the time in `X-ConfigCat-Webhook-Timestamp` and
/// the body.
///
/// Signed: the id, the digits of the time (Unix seconds) and the raw body, with nothing in between. Not covered: any
/// other header. ConfigCat names no window; five minutes both ways are this crate's choice. While a key is rolled there
/// is one signature for each, with commas in between. The secret is the key as it is shown, `configcat_whsk_` included.
/// The id is that of the request, and a retry has another one: it does not serve to deduplicate. No other id, and no
/// type, is known.
pub const CONFIGCAT: Recipe = Recipe {
    name: Borrowed("configcat"),
    provider: provider(
        "ConfigCat",
        "https://configcat.com/docs/advanced/notifications-webhooks/",
        "any header but the id and the time",
        Some(Ours),
    ),
    signatures: Borrowed(
        const { &[shaped("x-configcat-webhook-signature-v1", Shape::List { separators: Borrowed(",") }, Base64)] },
    ),
    content: Template::of(const { &[Part::Header(Borrowed("x-configcat-webhook-id")), Part::Timestamp, Part::Body] }),
    timestamp: seconds(in_header("x-configcat-webhook-timestamp"), 300),
    ..NOTHING_ELSE
};
