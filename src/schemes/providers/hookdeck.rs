//! Hookdeck.

use super::prelude::*;

/// [Hookdeck](https://hookdeck.com/docs/authentication#hookdeck-webhook-signature-verification): base64 HMAC-SHA256 of
/// the body in `x-hookdeck-signature`; while a secret is rolled, in `x-hookdeck-signature-2` too.
///
/// Signed: the raw body, which is that of the original sender. Not covered: time, so there is no window; and all
/// headers, so anybody on the way can change the event's id (`x-hookdeck-eventid`), which stays the same on a retry. A
/// project with a header prefix of its own sends that id in another header, which is not read. `x-hookdeck-verified` is
/// not signed: never rely on it. No type is known.
pub const HOOKDECK: Recipe = Recipe {
    name: Borrowed("hookdeck"),
    provider: provider(
        "Hookdeck",
        "https://hookdeck.com/docs/authentication#hookdeck-webhook-signature-verification",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-hookdeck-signature", Base64), bare("x-hookdeck-signature-2", Base64)] }),
    id: unsigned_header("x-hookdeck-eventid"),
    ..NOTHING_ELSE
};
