//! Viber bots.

use super::prelude::*;

/// [Viber bots](https://developers.viber.com/docs/api/rest-bot-api/#callbacks): Hex HMAC-SHA256 of the raw body in
/// `X-Viber-Content-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (the bot's auth token). Id: message_token recurs in
/// the delivered and seen callbacks of one message. Header name confirmed. The key is also the API token, so a leak
/// gives away the bot.
pub const VIBER: Recipe = Recipe {
    name: Borrowed("viber"),
    provider: provider(
        "Viber bots",
        "https://developers.viber.com/docs/api/rest-bot-api/#callbacks",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-viber-content-signature", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
