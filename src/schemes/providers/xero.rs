//! Xero.

use super::prelude::*;

/// [Xero](https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/): base64 HMAC-SHA256 of the
/// body in `x-xero-signature`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the webhook key. A
/// delivery is a batch, without an id or a type of its own: `resourceId` names the object.
///
/// Xero wants an answer within five seconds, of 200 or 401 and without a body: `Answers::xero`. It sends wrong
/// signatures on purpose, to see them turned away.
pub const XERO: Recipe = Recipe {
    name: Borrowed("xero"),
    provider: provider(
        "Xero",
        "https://developer.xero.com/documentation/guides/webhooks/configuring-your-server/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-xero-signature", Base64)] }),
    ..NOTHING_ELSE
};
