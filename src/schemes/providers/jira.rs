//! Jira Cloud.

use super::prelude::*;

/// [Jira](https://developer.atlassian.com/cloud/jira/platform/webhooks/) Cloud: `X-Hub-Signature: sha256=…`.
///
/// Signed: the raw body, with the type, `webhookEvent`, in it. Not covered: time, so there is no window; and all
/// headers, so anybody on the way can change the delivery's id (`X-Atlassian-Webhook-Identifier`), which is unique
/// within a site and stays the same on a retry. A webhook that was registered without a secret is not signed; those of
/// Connect and OAuth apps may be such.
pub const JIRA: Recipe = Recipe {
    name: Borrowed("jira"),
    provider: provider(
        "Jira Cloud",
        "https://developer.atlassian.com/cloud/jira/platform/webhooks/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("x-hub-signature", "sha256=", Hex)] }),
    id: unsigned_header("x-atlassian-webhook-identifier"),
    kind: signed_json("/webhookEvent"),
    ..NOTHING_ELSE
};
