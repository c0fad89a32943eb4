//! WooCommerce.

use super::prelude::*;

/// [WooCommerce](https://woocommerce.com/document/webhooks/): Base64 HMAC-SHA256 of the raw body in
/// `X-WC-Webhook-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself after decoding HTML entities (the stored secret is
/// entity-encoded). Id: `X-WC-Webhook-Delivery-ID` is a hash of the webhook's id and the current second: two events in
/// one second share it, so it loses events. `X-WC-Webhook-ID` names the webhook. The topic is unsigned. The hash can be
/// changed by a plugin; SHA-256 is the default.
pub const WOOCOMMERCE: Recipe = Recipe {
    name: Borrowed("woocommerce"),
    provider: provider("WooCommerce", "https://woocommerce.com/document/webhooks/", "time, URL, or any header", None),
    proof: secret(HmacSha256, SecretEncoding::HtmlEscaped),
    signatures: Borrowed(const { &[bare("x-wc-webhook-signature", Base64)] }),
    kind: unsigned_header("x-wc-webhook-topic"),
    ..NOTHING_ELSE
};
