//! CloudConvert.

use super::prelude::*;

/// [CloudConvert](https://cloudconvert.com/api/v2/webhooks): Hex HMAC-SHA256 of the raw body in
/// `CloudConvert-Signature`.
///
/// Not covered: time, URL, or any header. Id: job.id names the job, which sends several events. Header name confirmed.
/// PHP-style JSON with escaped slashes: only the raw body verifies.
pub const CLOUDCONVERT: Recipe = Recipe {
    name: Borrowed("cloudconvert"),
    provider: provider("CloudConvert", "https://cloudconvert.com/api/v2/webhooks", "time, URL, or any header", None),
    signatures: Borrowed(const { &[bare("cloudconvert-signature", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
