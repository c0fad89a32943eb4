//! Shopware apps.

use super::prelude::*;

/// [Shopware apps](https://developer.shopware.com/docs/guides/plugins/apps/lifecycle/webhook.html): Hex HMAC-SHA256 of
/// the raw body in `shopware-shop-signature`.
///
/// Not covered: any header; the time is covered (in the body). Secret: the text itself (the shop's secret from the
/// registration). Documented as unchanged over retries; since 6.4.11.0. Each shop has its own secret: choose it by
/// source.shopId, then verify. The same name as a query parameter signs the rest of the query instead.
pub const SHOPWARE: Recipe = Recipe {
    name: Borrowed("shopware"),
    provider: provider(
        "Shopware apps",
        "https://developer.shopware.com/docs/guides/plugins/apps/lifecycle/webhook.html",
        "any header; the time is covered (in the body)",
        None,
    ),
    signatures: Borrowed(const { &[bare("shopware-shop-signature", Hex)] }),
    id: signed_json("/source/eventId"),
    kind: signed_json("/data/event"),
    ..NOTHING_ELSE
};
