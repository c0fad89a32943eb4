//! Notion.

use super::prelude::*;

/// [Notion](https://developers.notion.com/reference/webhooks): `X-Notion-Signature: sha256=…`.
///
/// Signed: the raw body; `id` and `type` are in it. Not covered: time, or any header, so there is no window. The secret
/// is the `verification_token` of the first request, which is not signed: `Handshake::notion` answers that and hands
/// you the token.
pub const NOTION: Recipe = Recipe {
    name: Borrowed("notion"),
    provider: provider("Notion", "https://developers.notion.com/reference/webhooks", "time, or any header", None),
    signatures: Borrowed(const { &[prefixed("x-notion-signature", "sha256=", Hex)] }),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
