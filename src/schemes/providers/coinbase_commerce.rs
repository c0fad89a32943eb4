//! Coinbase Commerce.

use super::prelude::*;

/// [Coinbase Commerce](https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security): Hex HMAC-SHA256 of
/// the raw body in `X-CC-Webhook-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (shared secret). The outer `/id` is a delivery
/// counter: do not use it. Newer Coinbase products sign in another way (`X-Hook0-Signature`): this preset is for
/// Commerce only. Header name confirmed.
pub const COINBASE_COMMERCE: Recipe = Recipe {
    name: Borrowed("coinbase_commerce"),
    provider: provider(
        "Coinbase Commerce",
        "https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-cc-webhook-signature", Hex)] }),
    id: signed_json("/event/id"),
    kind: signed_json("/event/type"),
    ..NOTHING_ELSE
};
