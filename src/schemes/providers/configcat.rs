//! ConfigCat.

use super::prelude::*;

/// [ConfigCat](https://configcat.com/docs/advanced/notifications-webhooks/): Id, time and body joined without
/// separators; base64 HMAC-SHA256, a comma list, in `X-ConfigCat-Webhook-Signature-V1`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Secret: The text itself, `configcat_whsk_` included, as UTF-8 bytes. Id:
/// `X-ConfigCat-Webhook-ID` is signed but unique per request: good against replay, useless for duplicates. One
/// signature per signing key while two keys are live.
pub const CONFIGCAT: Recipe = Recipe {
    name: Borrowed("configcat"),
    provider: provider(
        "ConfigCat",
        "https://configcat.com/docs/advanced/notifications-webhooks/",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(
        const { &[shaped("x-configcat-webhook-signature-v1", Shape::List { separators: Borrowed(",") }, Base64)] },
    ),
    content: Template::of(const { &[Part::Header(Borrowed("x-configcat-webhook-id")), Part::Timestamp, Part::Body] }),
    timestamp: seconds(in_header("x-configcat-webhook-timestamp"), 300),
    ..NOTHING_ELSE
};
