//! Shopware apps.

use super::prelude::*;

/// [Shopware](https://developer.shopware.com/docs/guides/plugins/apps/lifecycle/webhook.html), apps: hex HMAC-SHA256 of
/// the body in `shopware-shop-signature`.
///
/// Signed: the raw body; `source.eventId`, which stays the same on a retry, and `data.event`, the type, are in it. Not
/// covered: any header. `timestamp` in the body is signed but not checked, so there is no window. Each shop has its own
/// secret, from its registration, and says which shop it is in the body alone (`source.shopId`): give every shop a URL
/// of its own. Older versions of Shopware (before 6.4.11) send no id.
pub const SHOPWARE: Recipe = Recipe {
    name: Borrowed("shopware"),
    provider: provider(
        "Shopware apps",
        "https://developer.shopware.com/docs/guides/plugins/apps/lifecycle/webhook.html",
        "any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("shopware-shop-signature", Hex)] }),
    id: signed_json("/source/eventId"),
    kind: signed_json("/data/event"),
    ..NOTHING_ELSE
};
