//! eCourtDate.

use super::prelude::*;

/// [eCourtDate](https://webhooks.ecourtdate.com): hex HMAC-SHA256 of the body in `X-ECD-Signature`.
///
/// Signed: the raw body ([wiki](https://wiki.ecourtdate.com/webhooks/verification)). One of the samples there signs
/// `JSON.stringify(request.body)`, which is the same only as long as nothing re-encodes the JSON. Not covered: time, or
/// any header. So there is no window, and how long replays are remembered is up to you.
///
/// The event has no id here. The `uuid` in the body names the message, and several events of one message may carry it:
/// deduplicating on it would lose events.
pub const ECOURTDATE: Recipe = Recipe {
    name: Borrowed("ecourtdate"),
    provider: provider("eCourtDate", "https://wiki.ecourtdate.com/webhooks/verification", "time, or any header", None),
    signatures: Borrowed(const { &[bare("x-ecd-signature", Hex)] }),
    content: BODY,
    ..NOTHING_ELSE
};
