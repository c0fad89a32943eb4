//! Ghost.

use super::prelude::*;

/// [Ghost](https://docs.ghost.org/webhooks): Body followed by the time's digits; hex HMAC-SHA256 in item sha256 of
/// `X-Ghost-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Id: No event id is documented. Items are parted by a comma and a space.
/// Without a secret the header is absent.
pub const GHOST: Recipe = Recipe {
    name: Borrowed("ghost"),
    provider: provider("Ghost", "https://docs.ghost.org/webhooks", "any header, the URL, the method", Some(Ours)),
    signatures: Borrowed(const { &[items("x-ghost-signature", &[Borrowed("sha256")])] }),
    content: BODY_TIMESTAMP,
    timestamp: milliseconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
