//! Lemon Squeezy.

use super::prelude::*;

/// [Lemon Squeezy](https://docs.lemonsqueezy.com/help/webhooks/signing-requests): Hex HMAC-SHA256 of the raw body in
/// `X-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (6 to 40 characters). Id: data.id names the order or
/// subscription; there is no event id. `X-Signature` means other things at other providers.
pub const LEMON_SQUEEZY: Recipe = Recipe {
    name: Borrowed("lemon_squeezy"),
    provider: provider(
        "Lemon Squeezy",
        "https://docs.lemonsqueezy.com/help/webhooks/signing-requests",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    kind: signed_json("/meta/event_name"),
    ..NOTHING_ELSE
};
