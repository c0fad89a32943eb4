//! Sent.dm.

use super::prelude::*;

/// [Sent.dm](https://docs.sent.dm/start/webhooks/local-development) signs as the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS) do, in headers of its own: `x-webhook-id`, `x-webhook-timestamp`,
/// `x-webhook-signature: v1,… v1,…`.
///
/// Signed: the text of `x-webhook-id`, a dot, the digits of the time (Unix seconds), a dot, the raw body. Not covered:
/// any other header. Five minutes both ways, as in the plugin that Sent.dm provides. The secret is base64 after
/// `whsec_`, which may be missing. `x-webhook-id` is that of your endpoint and the same on every delivery:
/// deduplicating on it would lose all events but the first. No other id, and no type, is known.
pub const SENT_DM: Recipe = Recipe {
    name: Borrowed("sent_dm"),
    provider: provider(
        "Sent.dm",
        "https://docs.sent.dm/start/webhooks/local-development",
        "any header but the endpoint's id and the time",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[standard_signature("x-webhook-signature")] }),
    content: Template::of(
        const { &[Part::Header(Borrowed("x-webhook-id")), text("."), Part::Timestamp, text("."), Part::Body] },
    ),
    timestamp: seconds(in_header("x-webhook-timestamp"), 300),
    id: None,
    kind: None,
    ..STANDARD
};
