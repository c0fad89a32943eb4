//! Notion.

use super::prelude::*;

/// [Notion](https://developers.notion.com/reference/webhooks): Hex HMAC-SHA256 of the raw body in `X-Notion-Signature`
/// after "sha256=".
///
/// Not covered: time, URL, or any header. Secret: the text itself (the verification_token). The key arrives in the
/// first, unsigned POST and is then pasted by the operator. The SDK lower-cases the received hex.
pub const NOTION: Recipe = Recipe {
    name: Borrowed("notion"),
    provider: provider("Notion", "https://developers.notion.com/reference/webhooks", "time, URL, or any header", None),
    signatures: Borrowed(const { &[prefixed("x-notion-signature", "sha256=", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
