//! Square.

use super::prelude::*;

/// [Square](https://developer.squareup.com/docs/webhooks/step3validate): The notification URL followed by the body;
/// base64 HMAC-SHA256 in `x-square-hmacsha256-signature`.
///
/// Not covered: any header, the method, the time of sending. Secret: The subscription's signature key as UTF-8 bytes.
/// The URL is the one written in the dashboard, byte for byte: say it with [`public_url`](Recipe::public_url).
///
/// **Ambiguous**: nothing separates URL and body. With [`public_origin`](Recipe::public_origin), a body that is no JSON
/// object or array is refused, and so are brackets in the URL; so no end of one can be moved into the other.
/// `/created_at` in the body is signed but not a sending time.
pub const SQUARE: Recipe = Recipe {
    name: Borrowed("square"),
    provider: provider(
        "Square",
        "https://developer.squareup.com/docs/webhooks/step3validate",
        "any header, the method, the time of sending",
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
