//! Alchemy Notify.

use super::prelude::*;

/// [Alchemy](https://github.com/alchemyplatform/webhook-examples) Notify: hex HMAC-SHA256 of the body in
/// `X-Alchemy-Signature`.
///
/// Signed: the raw body; `id` and `type` are in it. Not covered: time, or any header, so there is no window.
/// `webhookId` names the webhook, not the event. Each webhook has its own signing key.
pub const ALCHEMY: Recipe = Recipe {
    name: Borrowed("alchemy"),
    provider: provider(
        "Alchemy Notify",
        "https://github.com/alchemyplatform/webhook-examples",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-alchemy-signature", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
