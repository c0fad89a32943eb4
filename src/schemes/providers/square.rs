//! Square.

use super::prelude::*;

/// [Square](https://developer.squareup.com/docs/webhooks/step3validate): base64 HMAC-SHA256 in
/// `x-square-hmacsha256-signature`, over the notification URL and the body.
///
/// Signed: the URL, the raw body right after it; `event_id` and `type` are in it. Not covered: method, the time of
/// sending, or any header, so there is no window: `created_at` in the body is signed, but no time of sending. The
/// secret is the subscription's signature key.
///
/// The URL is the one written in the dashboard, byte for byte: say it with [`public_url`](Recipe::public_url). What
/// is signed is ambiguous, since nothing separates URL and body. With [`public_origin`](Recipe::public_origin), a
/// body that is neither a JSON object nor an array is refused, and so are brackets in the URL: so no end of one can
/// be moved into the other.
pub const SQUARE: Recipe = Recipe {
    name: Borrowed("square"),
    provider: provider(
        "Square",
        "https://developer.squareup.com/docs/webhooks/step3validate",
        "method, the time of sending, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-square-hmacsha256-signature", Base64)] }),
    content: URL_BODY,
    ambiguous: true,
    check: JSON_BESIDE_URL,
    id: signed_json("/event_id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
