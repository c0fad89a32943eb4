//! Asana.

use super::prelude::*;

/// [Asana](https://developers.asana.com/docs/webhooks-guide): hex HMAC-SHA256 of the body in `X-Hook-Signature`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. A delivery is a batch of events,
/// which have neither ids nor one type: `gid` names an object. Heartbeats are signed deliveries without events.
///
/// Each webhook has its own key, which comes once, in `X-Hook-Secret`, while you create the webhook: `Handshake::asana`
/// answers that and hands you the key.
pub const ASANA: Recipe = Recipe {
    name: Borrowed("asana"),
    provider: provider("Asana", "https://developers.asana.com/docs/webhooks-guide", "time, or any header", None),
    signatures: Borrowed(const { &[bare("x-hook-signature", Hex)] }),
    ..NOTHING_ELSE
};
