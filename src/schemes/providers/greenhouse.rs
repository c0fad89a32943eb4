//! Greenhouse.

use super::prelude::*;

/// [Greenhouse](https://developers.greenhouse.io/webhooks.html#authentication): Hex HMAC-SHA256 of the raw body in
/// Signature as "sha256", a space, and the digest.
///
/// Not covered: time, URL, or any header. Documented as unique per delivery; unsigned, and constancy over retries is
/// not stated. Greenhouse escapes Unicode and markup in the JSON before signing: only raw bytes verify.
pub const GREENHOUSE: Recipe = Recipe {
    name: Borrowed("greenhouse"),
    provider: provider(
        "Greenhouse",
        "https://developers.greenhouse.io/webhooks.html#authentication",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("signature", "sha256 ", Hex)] }),
    id: unsigned_header("greenhouse-event-id"),
    kind: signed_json("/action"),
    ..NOTHING_ELSE
};
