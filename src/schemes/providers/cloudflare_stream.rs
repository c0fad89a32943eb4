//! Cloudflare Stream.

use super::prelude::*;

/// [Cloudflare Stream](https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/): `{time}.{body}`;
/// hex HMAC-SHA256 in item sig1 of `Webhook-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Id: uid names the video. Only Stream; other Cloudflare notifications use a
/// plain token in cf-webhook-auth.
pub const CLOUDFLARE_STREAM: Recipe = Recipe {
    name: Borrowed("cloudflare_stream"),
    provider: provider(
        "Cloudflare Stream",
        "https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[items("webhook-signature", &[Borrowed("sig1")])] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("time"), 300),
    ..NOTHING_ELSE
};
