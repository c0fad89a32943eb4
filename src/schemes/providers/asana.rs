//! Asana.

use super::prelude::*;

/// [Asana](https://developers.asana.com/docs/webhooks-guide): Hex HMAC-SHA256 of the raw body in `X-Hook-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (the value received in `X-Hook-Secret`). Id: A
/// delivery is a batch of events without ids; gids name objects. The key arrives in the handshake, one per webhook, and
/// never changes. Heartbeats are signed deliveries with an empty events array.
pub const ASANA: Recipe = Recipe {
    name: Borrowed("asana"),
    provider: provider("Asana", "https://developers.asana.com/docs/webhooks-guide", "time, URL, or any header", None),
    signatures: Borrowed(const { &[bare("x-hook-signature", Hex)] }),
    ..NOTHING_ELSE
};
