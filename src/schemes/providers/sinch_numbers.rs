//! Sinch Numbers.

use super::prelude::*;

/// [Sinch
/// Numbers](https://developers.sinch.com/docs/numbers/api-reference/imported-hosting/tag/Imported-Numbers-and-Hosting-Orders-Callbacks):
/// Hex HMAC-SHA1 of the raw body in `X-Sinch-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (the project's hmacSecret). Other Sinch products sign
/// in other ways. Events may come out of order.
pub const SINCH_NUMBERS: Recipe = Recipe {
    name: Borrowed("sinch_numbers"),
    provider: provider(
        "Sinch Numbers",
        "https://developers.sinch.com/docs/numbers/api-reference/imported-hosting/tag/Imported-Numbers-and-Hosting-Orders-Callbacks",
        "time, URL, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-sinch-signature", Hex)] }),
    id: signed_json("/eventId"),
    kind: signed_json("/eventType"),
    ..NOTHING_ELSE
};
