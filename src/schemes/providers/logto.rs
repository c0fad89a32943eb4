//! Logto.

use super::prelude::*;

/// [Logto](https://docs.logto.io/developers/webhooks/secure-webhooks): hex HMAC-SHA256 of the body in
/// `logto-signature-sha-256`.
///
/// Signed: the raw body, with the type, `event`, in it. Not covered: time, or any header, so there is no window. The
/// secret is the webhook's signing key. No id of the event is known: `hookId` names the webhook and is the same on
/// every delivery.
pub const LOGTO: Recipe = Recipe {
    name: Borrowed("logto"),
    provider: provider(
        "Logto",
        "https://docs.logto.io/developers/webhooks/secure-webhooks",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("logto-signature-sha-256", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
