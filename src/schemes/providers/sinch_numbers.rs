//! Sinch Numbers.

use super::prelude::*;

/// [Sinch](https://developers.sinch.com/docs/numbers/api-reference/imported-hosting/tag/Imported-Numbers-and-Hosting-Orders-Callbacks),
/// Numbers: hex HMAC-SHA1 of the body in `X-Sinch-Signature`.
///
/// Signed: the raw body; `eventId` and `eventType` are in it. Not covered: time, or any header, so there is no window.
/// The secret is the project's `hmacSecret`. Events may come out of order. SHA-1 is Sinch's choice; HMAC does not
/// suffer from its collisions.
pub const SINCH_NUMBERS: Recipe = Recipe {
    name: Borrowed("sinch_numbers"),
    provider: provider(
        "Sinch Numbers",
        "https://developers.sinch.com/docs/numbers/api-reference/imported-hosting/tag/Imported-Numbers-and-Hosting-Orders-Callbacks",
        "time, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-sinch-signature", Hex)] }),
    id: signed_json("/eventId"),
    kind: signed_json("/eventType"),
    ..NOTHING_ELSE
};
