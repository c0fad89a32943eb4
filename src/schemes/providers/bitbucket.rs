//! Bitbucket Cloud and Data Center.

use super::prelude::*;

/// [Bitbucket](https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/) Cloud and Data Center:
/// `X-Hub-Signature: sha256=…`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the delivery's id (`X-Request-UUID`) and the event's type (`X-Event-Key`). Data Center has its id in `X-Request-Id`,
/// which is not read. Whether an id stays the same on a retry is not documented, and `X-Hook-UUID` names the webhook. A
/// webhook without a secret is not signed.
pub const BITBUCKET: Recipe = Recipe {
    name: Borrowed("bitbucket"),
    provider: provider(
        "Bitbucket Cloud and Data Center",
        "https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("x-hub-signature", "sha256=", Hex)] }),
    id: unsigned_header("x-request-uuid"),
    kind: unsigned_header("x-event-key"),
    ..NOTHING_ELSE
};
