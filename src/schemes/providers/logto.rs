//! Logto.

use super::prelude::*;

/// [Logto](https://docs.logto.io/developers/webhooks/secure-webhooks): Hex HMAC-SHA256 of the raw body in
/// `logto-signature-sha-256`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (signing key). Id: hookId names the webhook's
/// configuration: never use it. There is no event id.
pub const LOGTO: Recipe = Recipe {
    name: Borrowed("logto"),
    provider: provider(
        "Logto",
        "https://docs.logto.io/developers/webhooks/secure-webhooks",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("logto-signature-sha-256", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
