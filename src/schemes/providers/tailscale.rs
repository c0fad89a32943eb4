//! Tailscale.

use super::prelude::*;

/// [Tailscale](https://tailscale.com/kb/1213/webhooks): `{t}.{body}`; hex HMAC-SHA256 in each item v1 of
/// `Tailscale-Webhook-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as in its own library. The
/// official Go example refuses after five minutes; the future bound is ours. Secret: The text itself, `tskey-webhook-`
/// included, as UTF-8 bytes. Id: The body is an array of events without ids. The body is a JSON array; each element has
/// its own `/type`.
pub const TAILSCALE: Recipe = Recipe {
    name: Borrowed("tailscale"),
    provider: provider(
        "Tailscale",
        "https://tailscale.com/kb/1213/webhooks",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items("tailscale-webhook-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
