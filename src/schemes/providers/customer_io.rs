//! Customer.io (reporting webhooks).

use super::prelude::*;

/// [Customer.io](https://docs.customer.io/integrations/api/webhooks/), reporting webhooks: hex HMAC-SHA256 in
/// `X-CIO-Signature` over the time in `X-CIO-Timestamp` and the body.
///
/// Signed: `v0:`, the digits of the time (Unix seconds), a colon, the raw body; `event_id` and `metric`, the type, are
/// in it. The metric says what happened, `object_type` to what. Not covered: any other header. Customer.io names no
/// window; five minutes both ways are this crate's choice. Unlike Slack's, the signature has no `v0=` before it.
pub const CUSTOMER_IO: Recipe = Recipe {
    name: Borrowed("customer_io"),
    provider: provider(
        "Customer.io (reporting webhooks)",
        "https://docs.customer.io/integrations/api/webhooks/",
        "any header but the time",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-cio-signature", Hex)] }),
    content: Template::of(const { &[text("v0:"), Part::Timestamp, text(":"), Part::Body] }),
    timestamp: seconds(in_header("x-cio-timestamp"), 300),
    id: signed_json("/event_id"),
    kind: signed_json("/metric"),
    ..NOTHING_ELSE
};
