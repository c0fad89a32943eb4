//! Pusher Channels.

use super::prelude::*;

/// [Pusher](https://pusher.com/docs/channels/server_api/webhooks/) Channels: hex HMAC-SHA256 of the body in
/// `X-Pusher-Signature`, with the secret of the key that `X-Pusher-Key` names.
///
/// Signed: the raw body, with the time in it: `time_ms`, in Unix milliseconds. Not covered: any header. `X-Pusher-Key`
/// is not covered either, but another key comes with another secret: pass a `TenantMap`, or a single secret after
/// [`fixed_key`](Recipe::fixed_key). Five minutes both ways, as in Pusher's library for Python; that for Node has no
/// window. A delivery is a batch: the elements of `events` have a `name` and no id, and the delivery has neither.
pub const PUSHER: Recipe = Recipe {
    name: Borrowed("pusher"),
    provider: provider(
        "Pusher Channels",
        "https://pusher.com/docs/channels/server_api/webhooks/",
        "any header",
        Some(Library),
    ),
    signatures: Borrowed(const { &[bare("x-pusher-signature", Hex)] }),
    timestamp: milliseconds(in_json("/time_ms"), 300),
    key_header: Some(Borrowed("x-pusher-key")),
    ..NOTHING_ELSE
};
