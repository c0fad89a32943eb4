//! Meta (Graph, WhatsApp, Messenger, Instagram).

use super::prelude::*;

/// [Meta](https://developers.facebook.com/docs/graph-api/webhooks/getting-started) (WhatsApp, Messenger, Instagram,
/// Graph): `X-Hub-Signature-256: sha256=…`.
///
/// Signed: the raw body, with the type, `object`, in it. Not covered: time, or any header, so there is no window. The
/// secret is the app secret. A delivery is a batch: the ids of `entry` name the page or the account, not the event. The
/// old `X-Hub-Signature` with its `sha1=` is not read. `Handshake::meta` answers the challenge of a new subscription.
pub const META: Recipe = Recipe {
    name: Borrowed("meta"),
    provider: provider(
        "Meta (Graph, WhatsApp, Messenger, Instagram)",
        "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[prefixed("x-hub-signature-256", "sha256=", Hex)] }),
    kind: signed_json("/object"),
    ..NOTHING_ELSE
};
