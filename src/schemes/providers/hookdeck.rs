//! Hookdeck.

use super::prelude::*;

/// [Hookdeck](https://hookdeck.com/docs/authentication#hookdeck-webhook-signature-verification): Base64 HMAC-SHA256 of
/// the raw body in `x-hookdeck-signature`; a second one in `x-hookdeck-signature-2` during a key change.
///
/// Not covered: time, URL, or any header. Secret: the text itself (one signing secret per project). Stays the same over
/// attempts; unsigned. With an own header prefix it becomes \<prefix\>-eventid, while the signature headers keep their
/// names. The body is the original sender's payload. `x-hookdeck-verified` is an unsigned statement: never trust it
/// alone.
pub const HOOKDECK: Recipe = Recipe {
    name: Borrowed("hookdeck"),
    provider: provider(
        "Hookdeck",
        "https://hookdeck.com/docs/authentication#hookdeck-webhook-signature-verification",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-hookdeck-signature", Base64), bare("x-hookdeck-signature-2", Base64)] }),
    id: unsigned_header("x-hookdeck-eventid"),
    ..NOTHING_ELSE
};
