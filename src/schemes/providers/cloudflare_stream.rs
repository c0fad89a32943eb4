//! Cloudflare Stream.

use super::prelude::*;

/// [Cloudflare Stream](https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/):
/// `Webhook-Signature: time=…,sig1=…`.
///
/// Signed: the digits of `time` (Unix seconds), a dot, the raw body. Not covered: any other header. Cloudflare leaves
/// the window to you; five minutes both ways are this crate's choice. No id and no type are known: `uid` names the
/// video. The other notifications of Cloudflare are not signed like this.
pub const CLOUDFLARE_STREAM: Recipe = Recipe {
    name: Borrowed("cloudflare_stream"),
    provider: provider(
        "Cloudflare Stream",
        "https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/",
        "any header",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[items("webhook-signature", &[Borrowed("sig1")])] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("time"), 300),
    ..NOTHING_ELSE
};
