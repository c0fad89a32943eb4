//! GetStream.

use super::prelude::*;

/// [GetStream](https://getstream.io/chat/docs/node/webhooks_overview/) (chat, video, feeds): hex HMAC-SHA256 of the
/// body in `X-Signature`.
///
/// Signed: the body as it was before it was compressed, with the event's `type` in it. Not covered: time, so there is
/// no window; and all headers, so anybody on the way can change the delivery's id (`X-Webhook-Id`), which stays the
/// same on a retry. The secret is the API secret. A body that is compressed with gzip may come out at 4 MiB at most;
/// your handler gets it compressed, as it came. That is what the feature `gzip` is for.
pub const GETSTREAM: Recipe = Recipe {
    name: Borrowed("getstream"),
    provider: provider(
        "GetStream",
        "https://getstream.io/chat/docs/node/webhooks_overview/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    id: unsigned_header("x-webhook-id"),
    kind: signed_json("/type"),
    body_form: BodyForm::gunzipped(4 << 20),
    ..NOTHING_ELSE
};
