//! Lemon Squeezy.

use super::prelude::*;

/// [Lemon Squeezy](https://docs.lemonsqueezy.com/help/webhooks/signing-requests): hex HMAC-SHA256 of the body in
/// `X-Signature`.
///
/// Signed: the raw body, with the type, `meta.event_name`, in it. Not covered: time, or any header, so neither
/// `X-Event-Name`; there is no window. No id of the event is known: `data.id` names the order or the subscription, and
/// deduplicating on it would lose events.
pub const LEMON_SQUEEZY: Recipe = Recipe {
    name: Borrowed("lemon_squeezy"),
    provider: provider(
        "Lemon Squeezy",
        "https://docs.lemonsqueezy.com/help/webhooks/signing-requests",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    kind: signed_json("/meta/event_name"),
    ..NOTHING_ELSE
};
