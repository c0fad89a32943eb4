//! Pusher Channels.

use super::prelude::*;

/// [Pusher Channels](https://pusher.com/docs/channels/server_api/webhooks/): Hex HMAC-SHA256 of the raw body in
/// `X-Pusher-Signature`.
///
/// Not covered: any header; the time is covered (in the body). The time may be off by 5 minutes both ways, as in its
/// own library. Time_ms, Unix milliseconds; the Python SDK checks absolute difference, the Node SDK checks no time.
/// Secret: the text itself (secret of the key named by `X-Pusher-Key`). Id: A delivery is a batch of events without
/// ids. The key is chosen by `X-Pusher-Key`, an unsigned header: look it up among the configured keys only.
pub const PUSHER: Recipe = Recipe {
    name: Borrowed("pusher"),
    provider: provider(
        "Pusher Channels",
        "https://pusher.com/docs/channels/server_api/webhooks/",
        "any header; the time is covered (in the body)",
        Some(Library),
    ),
    signatures: Borrowed(const { &[bare("x-pusher-signature", Hex)] }),
    timestamp: milliseconds(in_json("/time_ms"), 300),
    key_header: Some(Borrowed("x-pusher-key")),
    ..NOTHING_ELSE
};
