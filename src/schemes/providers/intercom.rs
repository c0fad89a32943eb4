//! Intercom.

use super::prelude::*;

/// [Intercom](https://developers.intercom.com/docs/webhooks/webhook-notifications): `X-Hub-Signature: sha1=…`.
///
/// Signed: the raw body; `id` and `topic`, the type, are in it. Not covered: time, or any header, so there is no
/// window. The secret is the app's client secret. `data.item.id` names the object, not the event. SHA-1 is Intercom's
/// choice; HMAC does not suffer from its collisions.
pub const INTERCOM: Recipe = Recipe {
    name: Borrowed("intercom"),
    provider: provider(
        "Intercom",
        "https://developers.intercom.com/docs/webhooks/webhook-notifications",
        "time, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[prefixed("x-hub-signature", "sha1=", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/topic"),
    ..NOTHING_ELSE
};
