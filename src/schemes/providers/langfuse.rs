//! Langfuse.

use super::prelude::*;

/// [Langfuse](https://langfuse.com/docs/prompt-management/features/webhooks-slack-integrations): `{t}.{body}`; hex
/// HMAC-SHA256 in item v1 of `x-langfuse-signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Secret: The text itself, `lf-whsec_` included, as UTF-8 bytes. Sent for
/// prompt versions; the body also has `/action` and `/apiVersion`.
pub const LANGFUSE: Recipe = Recipe {
    name: Borrowed("langfuse"),
    provider: provider(
        "Langfuse",
        "https://langfuse.com/docs/prompt-management/features/webhooks-slack-integrations",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[items("x-langfuse-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
