//! ClickUp.

use super::prelude::*;

/// [ClickUp](https://developer.clickup.com/docs/webhooksignature): Hex HMAC-SHA256 of the raw body in `X-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (secret returned when the webhook is created). Id:
/// webhook_id names the webhook's configuration and task_id the task; change ids stand in `/history_items`, which some
/// events lack. Each webhook has its own secret.
pub const CLICKUP: Recipe = Recipe {
    name: Borrowed("clickup"),
    provider: provider(
        "ClickUp",
        "https://developer.clickup.com/docs/webhooksignature",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
