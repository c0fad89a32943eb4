//! ClickUp.

use super::prelude::*;

/// [ClickUp](https://developer.clickup.com/docs/webhooksignature): hex HMAC-SHA256 of the body in `X-Signature`.
///
/// Signed: the raw body, with the type, `event`, in it. Not covered: time, or any header, so there is no window. No id
/// of the event is known: `webhook_id` names the webhook, `task_id` the task, and the ids in `history_items` are not in
/// every event. Each webhook has its own secret, which ClickUp returns when you create it.
pub const CLICKUP: Recipe = Recipe {
    name: Borrowed("clickup"),
    provider: provider("ClickUp", "https://developer.clickup.com/docs/webhooksignature", "time, or any header", None),
    signatures: Borrowed(const { &[bare("x-signature", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
