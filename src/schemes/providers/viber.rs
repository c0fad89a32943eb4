//! Viber bots.

use super::prelude::*;

/// [Viber](https://developers.viber.com/docs/api/rest-bot-api/#callbacks), bots: hex HMAC-SHA256 of the body in
/// `X-Viber-Content-Signature`.
///
/// Signed: the raw body, with the type, `event`, in it. Not covered: time, or any header, so there is no window. The
/// secret is the bot's token, with which anybody could act as the bot too. No id of the event is known: the callbacks
/// that a message was delivered and seen have one `message_token`. After `set_webhook` there comes the event `webhook`,
/// which only wants 200.
pub const VIBER: Recipe = Recipe {
    name: Borrowed("viber"),
    provider: provider(
        "Viber bots",
        "https://developers.viber.com/docs/api/rest-bot-api/#callbacks",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-viber-content-signature", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
