//! Cal.com.

use super::prelude::*;

/// [Cal.com](https://cal.com/docs/developing/guides/automation/webhooks): hex HMAC-SHA256 of the body in
/// `X-Cal-Signature-256`.
///
/// Signed: the raw body, with the type, `triggerEvent`, in it. Not covered: time, or any header, so there is no window.
/// No id of the event is known: `uid` names the booking. A webhook without a secret says `no-secret-provided` there,
/// which is refused. With a payload template of your own the body need not be JSON.
pub const CAL: Recipe = Recipe {
    name: Borrowed("cal"),
    provider: provider(
        "Cal.com",
        "https://cal.com/docs/developing/guides/automation/webhooks",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-cal-signature-256", Hex)] }),
    kind: signed_json("/triggerEvent"),
    ..NOTHING_ELSE
};
