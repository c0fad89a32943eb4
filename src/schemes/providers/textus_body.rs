//! TextUs.

use super::prelude::*;

/// [TextUs](https://github.com/TextUsBiz/slate), as documented since 2018: hex HMAC-SHA256 of the body in
/// `X-TextUs-Signature`.
///
/// Signed: the raw body, with the event's `action` in it. Not covered: time, or any header, so there is no window.
/// Hex is taken; base64 too after [`allow_base64`](Recipe::allow_base64). No id is documented.
pub const TEXTUS_BODY: Recipe = Recipe {
    name: Borrowed("textus_body"),
    provider: provider("TextUs", "https://github.com/TextUsBiz/slate", "time, or any header", None),
    signatures: Borrowed(const { &[bare("x-textus-signature", Hex)] }),
    content: BODY,
    kind: signed_json("/action"),
    ..NOTHING_ELSE
};
