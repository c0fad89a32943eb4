//! Microsoft Graph change notifications.

use super::prelude::*;

/// [Microsoft Graph change
/// notifications](https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks): Nothing is signed;
/// each element of the value array repeats the clientState chosen with the subscription.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text itself, compared
/// as text (clientState). Id: A delivery is a batch: `/value` is an array, and no member identifies a single
/// notification. subscriptionId names the subscription. Every element of `/value` must be checked, not the first only.
/// Rich notifications add validationTokens (JWTs) that need their own check. A delivery of several notifications is
/// refused unless all carry the same state.
pub const MICROSOFT_GRAPH: Recipe = Recipe {
    name: Borrowed("microsoft_graph"),
    provider: provider(
        "Microsoft Graph change notifications",
        "https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Json(Borrowed("/value/0/clientState")),
                grammar: Grammar::BARE,
                encoding: Hex,
            }]
        },
    ),
    content: NOTHING_SIGNED,
    check: Some(Check(is_one_notification)),
    ..NOTHING_ELSE
};

/// Every notification of the delivery carries the state of the first one.
fn is_one_notification(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    let state = |index: usize| json::unique(delivery.payload, &format!("/value/{index}/clientState"));
    let count = (0..MAX_NOTIFICATIONS)
        .take_while(|index| json::unique(delivery.payload, &format!("/value/{index}")).is_ok())
        .count();
    let first = state(0).map_err(|_| payload_malformed("there is no notification with a `clientState`"))?;
    if count < MAX_NOTIFICATIONS && (1..count).all(|index| state(index) == Ok(first)) {
        Ok(())
    } else {
        Err(payload_malformed("the notifications do not all carry the same `clientState`"))
    }
}

/// What Graph puts into one delivery stays far below.
const MAX_NOTIFICATIONS: usize = 1000;
