//! Airwallex.

use super::prelude::*;

/// [Airwallex](https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events): `{timestamp}{body}`
/// with nothing between; bare hex HMAC-SHA256 in `x-signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Each subscription URL has its own secret.
pub const AIRWALLEX: Recipe = Recipe {
    name: Borrowed("airwallex"),
    provider: provider(
        "Airwallex",
        "https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    content: TIMESTAMP_BODY,
    timestamp: milliseconds(in_header("x-timestamp"), 300),
    id: signed_json("/id"),
    kind: signed_json("/name"),
    ..NOTHING_ELSE
};
