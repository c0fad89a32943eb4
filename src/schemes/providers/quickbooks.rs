//! Intuit QuickBooks.

use super::prelude::*;

/// [QuickBooks](https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks/managing-webhooks-notifications)
/// of Intuit: base64 HMAC-SHA256 of the body in `intuit-signature`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the verifier token. A
/// delivery is a batch, without an id or a type of its own: of entities in `eventNotifications`, whose ids name
/// objects, or of CloudEvents, which have an `id` each.
pub const QUICKBOOKS: Recipe = Recipe {
    name: Borrowed("quickbooks"),
    provider: provider(
        "Intuit QuickBooks",
        "https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks/managing-webhooks-notifications",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("intuit-signature", Base64)] }),
    ..NOTHING_ELSE
};
