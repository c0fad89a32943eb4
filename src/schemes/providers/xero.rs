//! Xero.

use super::prelude::*;

/// [Xero](https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/): Base64 HMAC-SHA256 of the
/// raw body in `x-xero-signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (webhook key). Id: A delivery is a batch; resourceId
/// names the object. Refuse with exactly 401; every answer must have an empty body and no cookies, within 5 s.
pub const XERO: Recipe = Recipe {
    name: Borrowed("xero"),
    provider: provider(
        "Xero",
        "https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-xero-signature", Base64)] }),
    ..NOTHING_ELSE
};
