//! Intuit QuickBooks.

use super::prelude::*;

/// [Intuit
/// QuickBooks](https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks/managing-webhooks-notifications):
/// Base64 HMAC-SHA256 of the raw body in `intuit-signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (verifier token). Id: A delivery is a batch; entity
/// ids name objects. The CloudEvents format is an array whose elements have ids. Two body formats exist
/// (eventNotifications, and an array of CloudEvents).
pub const QUICKBOOKS: Recipe = Recipe {
    name: Borrowed("quickbooks"),
    provider: provider(
        "Intuit QuickBooks",
        "https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks/managing-webhooks-notifications",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("intuit-signature", Base64)] }),
    ..NOTHING_ELSE
};
