//! WooCommerce.

use super::prelude::*;

/// [WooCommerce](https://woocommerce.com/document/webhooks/): base64 HMAC-SHA256 of the body in
/// `X-WC-Webhook-Signature`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the topic (`X-WC-Webhook-Topic`). WooCommerce stores the secret as HTML, and so it is read: `&amp;` is `&`. No id is
/// known: two events of one webhook in one second share an `X-WC-Webhook-Delivery-ID`, and deduplicating on it would
/// lose events. A plugin can change the hash; then see [`algorithm`](Recipe::algorithm). A new webhook starts with a
/// ping that is not signed: `Handshake::woo_commerce` answers it.
pub const WOOCOMMERCE: Recipe = Recipe {
    name: Borrowed("woocommerce"),
    provider: provider("WooCommerce", "https://woocommerce.com/document/webhooks/", "time, or any header", None),
    proof: secret(HmacSha256, SecretEncoding::HtmlEscaped),
    signatures: Borrowed(const { &[bare("x-wc-webhook-signature", Base64)] }),
    kind: unsigned_header("x-wc-webhook-topic"),
    ..NOTHING_ELSE
};
