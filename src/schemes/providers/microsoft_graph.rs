//! Microsoft Graph change notifications.

use super::prelude::*;

/// [Microsoft Graph](https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks), change
/// notifications: the `clientState` that you chose for the subscription, in each element of `value` in the body.
///
/// Signed: nothing. Not covered: everything, so whoever learns the state can forge notifications. A delivery is a batch
/// without an id or a type of its own: `subscriptionId` names the subscription. All notifications of a delivery have to
/// carry one state, and it may hold fewer than 1000. Two changes of one resource may be notified
/// in the same words, so nothing is taken for a duplicate. The tokens of rich notifications (`validationTokens`) are not
/// looked at. `Handshake::microsoft_graph` answers the validation of a new subscription.
pub const MICROSOFT_GRAPH: Recipe = Recipe {
    name: Borrowed("microsoft_graph"),
    provider: provider(
        "Microsoft Graph change notifications",
        "https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[at(SignatureSource::Json(Borrowed("/value/0/clientState")), Hex)] }),
    content: NOTHING_SIGNED,
    check: Some(Check(is_one_notification)),
    repeats: true,
    ..NOTHING_ELSE
};

/// Every notification of the delivery carries the state of the first one.
fn is_one_notification(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    let notifications = json::unique(delivery.payload, "/value").ok();
    // Each is read once more, not the whole body for each: nobody has proved anything yet.
    let notifications = notifications.and_then(|value| json::elements(value, MAX_NOTIFICATIONS)).unwrap_or_default();
    let mut states = notifications.iter().map(|notification| json::unique(notification.as_bytes(), "/clientState"));
    let first = states.next().and_then(Result::ok);
    let first = first.ok_or_else(|| payload_malformed("there is no notification with a `clientState`"))?;
    if states.all(|state| state == Ok(first)) {
        Ok(())
    } else {
        Err(payload_malformed("the notifications do not all carry the same `clientState`"))
    }
}

/// What Graph puts into one delivery stays far below.
const MAX_NOTIFICATIONS: usize = 1000;
