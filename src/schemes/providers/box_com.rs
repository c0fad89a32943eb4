//! Box.

use super::prelude::*;

/// [Box](https://developer.box.com/guides/webhooks/v2/signatures-v2): Body followed by the text of
/// `BOX-DELIVERY-TIMESTAMP`; base64 HMAC-SHA256 in `BOX-SIGNATURE-PRIMARY` and `BOX-SIGNATURE-SECONDARY`.
///
/// Not covered: any header but `BOX-DELIVERY-TIMESTAMP`. The time may be off by 10 minutes back, a minute ahead, as its
/// documentation asks. Ten minutes back; the SDK refuses any future time, which is harsh with an uneven clock. Secret:
/// Primary and secondary key texts as UTF-8 bytes, one per header. `BOX-DELIVERY-ID` is outside the signature and
/// changes with each delivery. Either header may match, so keys can be rotated one at a time. The SDK makes a second
/// try with non-ASCII written as \u escapes.
pub const BOX: Recipe = Recipe {
    name: Borrowed("box"),
    provider: provider(
        "Box",
        "https://developer.box.com/guides/webhooks/v2/signatures-v2",
        "any header but BOX-DELIVERY-TIMESTAMP",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[bare("box-signature-primary", Base64), bare("box-signature-secondary", Base64)] }),
    content: BODY_TIMESTAMP,
    timestamp: timestamp(in_header("box-delivery-timestamp"), Rfc3339, 600, 60),
    id: signed_json("/id"),
    kind: signed_json("/trigger"),
    ..NOTHING_ELSE
};
