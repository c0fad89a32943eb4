//! Shopify.

use super::prelude::*;

/// [Shopify](https://shopify.dev/docs/apps/build/webhooks): base64 HMAC-SHA256 of the body in `X-Shopify-Hmac-Sha256`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the delivery's id (`X-Shopify-Webhook-Id`), the topic (`X-Shopify-Topic`) and the shop's name.
pub const SHOPIFY: Recipe = Recipe {
    name: Borrowed("shopify"),
    provider: provider("Shopify", "https://shopify.dev/docs/apps/build/webhooks", "time, or any header", None),
    signatures: Borrowed(const { &[bare("x-shopify-hmac-sha256", Base64)] }),
    content: BODY,
    id: unsigned_header("x-shopify-webhook-id"),
    kind: unsigned_header("x-shopify-topic"),
    alternatives: Borrowed(const { &[EVENTS] }),
    ..NOTHING_ELSE
};

/// The newer events, whose headers have no `x-`.
const EVENTS: Recipe = Recipe {
    signatures: Borrowed(const { &[bare("shopify-hmac-sha256", Base64)] }),
    id: unsigned_header("shopify-webhook-id"),
    kind: unsigned_header("shopify-topic"),
    ..NOTHING_ELSE
};
