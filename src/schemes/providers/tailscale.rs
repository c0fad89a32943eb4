//! Tailscale.

use super::prelude::*;

/// [Tailscale](https://tailscale.com/kb/1213/webhooks): `Tailscale-Webhook-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body. Not covered: any other header. Five minutes, as in
/// Tailscale's example, but both ways: that looks at the past alone. The secret is the key as it is shown,
/// `tskey-webhook-` included. A delivery is a JSON array of events, which have a `type` each and no id; the delivery
/// has neither.
pub const TAILSCALE: Recipe = Recipe {
    name: Borrowed("tailscale"),
    provider: provider("Tailscale", "https://tailscale.com/kb/1213/webhooks", "any header", Some(Library)),
    signatures: Borrowed(const { &[items("tailscale-webhook-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
