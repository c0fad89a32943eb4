//! Alchemy Notify.

use super::prelude::*;

/// [Alchemy Notify](https://github.com/alchemyplatform/webhook-examples): Hex HMAC-SHA256 of the raw body in
/// `X-Alchemy-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (signing key of the webhook). WebhookId names the
/// webhook's configuration: never use it. Each webhook has its own signing key.
pub const ALCHEMY: Recipe = Recipe {
    name: Borrowed("alchemy"),
    provider: provider(
        "Alchemy Notify",
        "https://github.com/alchemyplatform/webhook-examples",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-alchemy-signature", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
