//! Langfuse.

use super::prelude::*;

/// [Langfuse](https://langfuse.com/docs/prompt-management/features/webhooks-slack-integrations): `x-langfuse-signature:
/// t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body; `id` and `type` are in it. Not covered: any other
/// header. Langfuse names no window; five minutes both ways are this crate's choice. The secret is the key as it is
/// shown, `lf-whsec_` included.
pub const LANGFUSE: Recipe = Recipe {
    name: Borrowed("langfuse"),
    provider: provider(
        "Langfuse",
        "https://langfuse.com/docs/prompt-management/features/webhooks-slack-integrations",
        "any header",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[items("x-langfuse-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
