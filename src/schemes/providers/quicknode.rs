//! QuickNode Streams.

use super::prelude::*;

/// [QuickNode](https://www.quicknode.com/guides/quicknode-products/streams/validating-incoming-streams-webhook-messages)
/// Streams: hex HMAC-SHA256 in `x-qn-signature`, over `x-qn-nonce`, the time in `x-qn-timestamp` and the body.
///
/// Signed: the nonce, the digits of the time (Unix seconds) and the body as it was before it was compressed, with
/// nothing in between. Not covered: any other header. Five minutes both ways, as in QuickNode's sample. The nonce is
/// another one on every delivery, so it does not serve to deduplicate; no id and no type are known. A body that is
/// compressed with gzip may come out at 16 MiB at most; your handler gets it compressed, as it came. That is what the
/// feature `gzip` is for.
///
/// Test pings have no signature headers: `Handshake::quick_node` answers them.
pub const QUICKNODE: Recipe = Recipe {
    name: Borrowed("quicknode"),
    provider: provider(
        "QuickNode Streams",
        "https://www.quicknode.com/guides/quicknode-products/streams/validating-incoming-streams-webhook-messages",
        "any header but the nonce and the time",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[bare("x-qn-signature", Hex)] }),
    content: Template::of(const { &[Part::Header(Borrowed("x-qn-nonce")), Part::Timestamp, Part::Body] }),
    timestamp: seconds(in_header("x-qn-timestamp"), 300),
    body_form: BodyForm::gunzipped(16 << 20),
    ..NOTHING_ELSE
};
