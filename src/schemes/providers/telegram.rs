//! Telegram Bot API.

use super::prelude::*;

/// [Telegram Bot API](https://core.telegram.org/bots/api#setwebhook): Nothing is signed; the secret_token given to
/// setWebhook is repeated in `X-Telegram-Bot-Api-Secret-Token`.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text itself, compared
/// as text (1 to 256 characters of A-Z a-z 0-9 _ -). Unique per bot, not over several bots. The header is absent if no
/// secret_token was set with setWebhook. Header name confirmed.
pub const TELEGRAM: Recipe = Recipe {
    name: Borrowed("telegram"),
    provider: provider(
        "Telegram Bot API",
        "https://core.telegram.org/bots/api#setwebhook",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("x-telegram-bot-api-secret-token", Hex)] }),
    content: NOTHING_SIGNED,
    id: unsigned_json("/update_id"),
    ..NOTHING_ELSE
};
