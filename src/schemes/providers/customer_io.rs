//! Customer.io (reporting webhooks).

use super::prelude::*;

/// [Customer.io (reporting webhooks)](https://docs.customer.io/integrations/api/webhooks/): `v0:{timestamp}:{body}`;
/// bare hex HMAC-SHA256 in `X-CIO-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Secret: The webhook signing key as UTF-8 bytes. Unlike Slack's, the header
/// value has no `v0=` before it.
pub const CUSTOMER_IO: Recipe = Recipe {
    name: Borrowed("customer_io"),
    provider: provider(
        "Customer.io (reporting webhooks)",
        "https://docs.customer.io/integrations/api/webhooks/",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-cio-signature", Hex)] }),
    content: Template::of(const { &[text("v0:"), Part::Timestamp, text(":"), Part::Body] }),
    timestamp: seconds(in_header("x-cio-timestamp"), 300),
    id: signed_json("/event_id"),
    kind: signed_json("/metric"),
    ..NOTHING_ELSE
};
