//! CloudConvert.

use super::prelude::*;

/// [CloudConvert](https://cloudconvert.com/api/v2/webhooks): hex HMAC-SHA256 of the body in `CloudConvert-Signature`.
///
/// Signed: the raw body, with the type, `event`, in it. Not covered: time, or any header, so there is no window. No id
/// of the event is known: `job.id` names the job, which sends several.
pub const CLOUDCONVERT: Recipe = Recipe {
    name: Borrowed("cloudconvert"),
    provider: provider("CloudConvert", "https://cloudconvert.com/api/v2/webhooks", "time, or any header", None),
    signatures: Borrowed(const { &[bare("cloudconvert-signature", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
