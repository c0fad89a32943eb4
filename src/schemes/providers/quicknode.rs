//! QuickNode Streams.

use super::prelude::*;

/// [QuickNode
/// Streams](https://www.quicknode.com/guides/quicknode-products/streams/validating-incoming-streams-webhook-messages):
/// Nonce, time and uncompressed body joined without separators; bare hex HMAC-SHA256 in `x-qn-signature`.
///
/// Not covered: any header but nonce and time. The time may be off by 5 minutes both ways, as its documentation asks.
/// From the official sample. Id: `x-qn-nonce` is signed but new for each delivery: use it against replay, not for
/// duplicates. A gzip body is signed before compression. Test pings come without signature headers. At most 64 MiB come
/// out of a compressed body.
pub const QUICKNODE: Recipe = Recipe {
    name: Borrowed("quicknode"),
    provider: provider(
        "QuickNode Streams",
        "https://www.quicknode.com/guides/quicknode-products/streams/validating-incoming-streams-webhook-messages",
        "any header but nonce and time",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[bare("x-qn-signature", Hex)] }),
    content: Template::of(const { &[Part::Header(Borrowed("x-qn-nonce")), Part::Timestamp, Part::Body] }),
    timestamp: seconds(in_header("x-qn-timestamp"), 300),
    body_form: BodyForm::gunzipped(64 << 20),
    ..NOTHING_ELSE
};
