//! GitHub.

use super::prelude::*;

/// [GitHub](https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries):
/// `X-Hub-Signature-256: sha256=…`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the delivery's id (`X-GitHub-Delivery`) and the event's type (`X-GitHub-Event`). The old `X-Hub-Signature` with its
/// `sha1=` is not read.
pub const GITHUB: Recipe = Recipe {
    name: Borrowed("github"),
    provider: provider(
        "GitHub",
        "https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("x-hub-signature-256", "sha256=", Hex)] }),
    content: BODY,
    id: unsigned_header("x-github-delivery"),
    kind: unsigned_header("x-github-event"),
    ..NOTHING_ELSE
};
