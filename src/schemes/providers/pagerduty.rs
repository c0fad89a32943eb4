//! PagerDuty (V3 webhooks).

use super::prelude::*;

/// [PagerDuty](https://developer.pagerduty.com/docs/verifying-webhook-signatures), V3 webhooks: `X-PagerDuty-Signature:
/// v1=…,v1=…`.
///
/// Signed: the raw body; `event.id` and `event.event_type` are in it. Not covered: time, or any header, so there is no
/// window. While a secret is rolled there is one `v1` for each; other labels are passed over. `x-webhook-subscription`
/// names the subscription, not the event. The test button sends the type `pagey.ping`.
pub const PAGERDUTY: Recipe = Recipe {
    name: Borrowed("pagerduty"),
    provider: provider(
        "PagerDuty (V3 webhooks)",
        "https://developer.pagerduty.com/docs/verifying-webhook-signatures",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[items("x-pagerduty-signature", V1)] }),
    id: signed_json("/event/id"),
    kind: signed_json("/event/event_type"),
    ..NOTHING_ELSE
};
