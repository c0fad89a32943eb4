//! GetStream.

use super::prelude::*;

/// [GetStream](https://getstream.io/chat/docs/node/webhooks_overview/): Hex HMAC-SHA256 of the uncompressed body in
/// `X-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (API secret). Documented as the same over retries and
/// meant for deduplication; not signed. Bodies may be gzip compressed: decompress before the MAC, with a size limit.
/// `X-Api-Key` names the app. At most 16 MiB come out of a compressed body.
pub const GETSTREAM: Recipe = Recipe {
    name: Borrowed("getstream"),
    provider: provider(
        "GetStream",
        "https://getstream.io/chat/docs/node/webhooks_overview/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    id: unsigned_header("x-webhook-id"),
    kind: signed_json("/type"),
    body_form: BodyForm::gunzipped(16 << 20),
    ..NOTHING_ELSE
};
