//! Airwallex.

use super::prelude::*;

/// [Airwallex](https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events): hex HMAC-SHA256 in
/// `x-signature` over the time in `x-timestamp` and the body.
///
/// Signed: the digits of the time (Unix milliseconds), the raw body right after them; `id` and `name`, the type, are in
/// it. Not covered: any other header. Airwallex names no window; five minutes both ways are this crate's choice. Each
/// notification URL has its own secret.
pub const AIRWALLEX: Recipe = Recipe {
    name: Borrowed("airwallex"),
    provider: provider(
        "Airwallex",
        "https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events",
        "any header but the time",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    content: TIMESTAMP_BODY,
    timestamp: milliseconds(in_header("x-timestamp"), 300),
    id: signed_json("/id"),
    kind: signed_json("/name"),
    ..NOTHING_ELSE
};
