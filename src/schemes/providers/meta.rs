//! Meta (Graph, WhatsApp, Messenger, Instagram).

use super::prelude::*;

/// [Meta (Graph, WhatsApp, Messenger,
/// Instagram)](https://developers.facebook.com/docs/graph-api/webhooks/getting-started): Hex HMAC-SHA256 of the raw
/// body in `X-Hub-Signature-256` after "sha256=".
///
/// Not covered: time, URL, or any header. Secret: the text itself (app secret). Id: A delivery is a batch; entry ids
/// name the page or account, not the event. Non-ASCII text is sent escaped as \uXXXX: only the raw bytes verify. The
/// SHA-1 header `X-Hub-Signature` is legacy.
pub const META: Recipe = Recipe {
    name: Borrowed("meta"),
    provider: provider(
        "Meta (Graph, WhatsApp, Messenger, Instagram)",
        "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("x-hub-signature-256", "sha256=", Hex)] }),
    kind: signed_json("/object"),
    ..NOTHING_ELSE
};
