//! Cal.com.

use super::prelude::*;

/// [Cal.com](https://cal.com/docs/developing/guides/automation/webhooks): Hex HMAC-SHA256 of the raw body in
/// `X-Cal-Signature-256`.
///
/// Not covered: time, URL, or any header. Id: uid in the payload names the booking. Without a secret the header reads
/// no-secret-provided: refuse. With an own payload template the body may not be JSON.
pub const CAL: Recipe = Recipe {
    name: Borrowed("cal"),
    provider: provider(
        "Cal.com",
        "https://cal.com/docs/developing/guides/automation/webhooks",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-cal-signature-256", Hex)] }),
    kind: signed_json("/triggerEvent"),
    ..NOTHING_ELSE
};
