//! Bitbucket Cloud and Data Center.

use super::prelude::*;

/// [Bitbucket Cloud and Data Center](https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/): Hex
/// HMAC-SHA256 of the raw body in `X-Hub-Signature` after "sha256=".
///
/// Not covered: time, URL, or any header. Cloud; Data Center calls it `X-Request-Id`. It identifies the request;
/// constancy over retries is not documented. `X-Hook-UUID` names the webhook: never use it. Signed only if the webhook
/// has a secret.
pub const BITBUCKET: Recipe = Recipe {
    name: Borrowed("bitbucket"),
    provider: provider(
        "Bitbucket Cloud and Data Center",
        "https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("x-hub-signature", "sha256=", Hex)] }),
    id: unsigned_header("x-request-uuid"),
    kind: unsigned_header("x-event-key"),
    ..NOTHING_ELSE
};
