//! PagerDuty (V3 webhooks).

use super::prelude::*;

/// [PagerDuty (V3 webhooks)](https://developer.pagerduty.com/docs/verifying-webhook-signatures): Hex HMAC-SHA256 of the
/// raw body in `X-PagerDuty-Signature`, a comma list of "v1=" entries.
///
/// Not covered: time, URL, or any header. `x-webhook-subscription` names the subscription, not the event. Several v1
/// entries come during a key change; one match is enough. The test button sends event_type pagey.ping.
pub const PAGERDUTY: Recipe = Recipe {
    name: Borrowed("pagerduty"),
    provider: provider(
        "PagerDuty (V3 webhooks)",
        "https://developer.pagerduty.com/docs/verifying-webhook-signatures",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[items("x-pagerduty-signature", V1)] }),
    id: signed_json("/event/id"),
    kind: signed_json("/event/event_type"),
    ..NOTHING_ELSE
};
