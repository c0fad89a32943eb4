//! Telegram Bot API.

use super::prelude::*;

/// [Telegram](https://core.telegram.org/bots/api#setwebhook), Bot API: the `secret_token` that you gave to
/// `setWebhook`, in `X-Telegram-Bot-Api-Secret-Token`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the token can forge updates, and their id (`update_id`).
/// That counts per bot: give every bot an endpoint, and a replay store, of its own. No type is known: which member the
/// update has says what it is. Without a `secret_token` there is no header, and updates are refused. The token has 1 to
/// 256 letters, digits, `_` and `-`.
pub const TELEGRAM: Recipe = Recipe {
    name: Borrowed("telegram"),
    provider: provider(
        "Telegram Bot API",
        "https://core.telegram.org/bots/api#setwebhook",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("x-telegram-bot-api-secret-token", Hex)] }),
    content: NOTHING_SIGNED,
    id: unsigned_json("/update_id"),
    ..NOTHING_ELSE
};
