//! Intercom.

use super::prelude::*;

/// [Intercom](https://developers.intercom.com/docs/webhooks/webhook-notifications): Hex HMAC-SHA1 of the raw body in
/// `X-Hub-Signature` after "sha1=".
///
/// Not covered: time, URL, or any header. Secret: the text itself (the app's client secret). Data.item.id names the
/// object. Same header as Bitbucket and Jira, but SHA-1: never follow the header's prefix.
pub const INTERCOM: Recipe = Recipe {
    name: Borrowed("intercom"),
    provider: provider(
        "Intercom",
        "https://developers.intercom.com/docs/webhooks/webhook-notifications",
        "time, URL, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[prefixed("x-hub-signature", "sha1=", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/topic"),
    ..NOTHING_ELSE
};
