//! Jira Cloud.

use super::prelude::*;

/// [Jira Cloud](https://developer.atlassian.com/cloud/jira/platform/webhooks/): Hex HMAC-SHA256 of the raw body in
/// `X-Hub-Signature` after "sha256=".
///
/// Not covered: time, URL, or any header. Unique within a site and unchanged over retries; unsigned. Signed only if the
/// webhook was registered with a secret; webhooks of Connect and OAuth apps may come unsigned. Method=signature form:
/// pin sha256.
pub const JIRA: Recipe = Recipe {
    name: Borrowed("jira"),
    provider: provider(
        "Jira Cloud",
        "https://developer.atlassian.com/cloud/jira/platform/webhooks/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("x-hub-signature", "sha256=", Hex)] }),
    id: unsigned_header("x-atlassian-webhook-identifier"),
    kind: signed_json("/webhookEvent"),
    ..NOTHING_ELSE
};
