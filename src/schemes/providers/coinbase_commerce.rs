//! Coinbase Commerce.

use super::prelude::*;

/// [Coinbase Commerce](https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security): hex HMAC-SHA256 of
/// the body in `X-CC-Webhook-Signature`.
///
/// Signed: the raw body; `event.id` and `event.type` are in it. Not covered: time, or any header, so there is no
/// window. The outer `id` counts attempts to deliver: a retry has another one. Newer products of Coinbase send
/// `X-Hook0-Signature`, which this does not read.
pub const COINBASE_COMMERCE: Recipe = Recipe {
    name: Borrowed("coinbase_commerce"),
    provider: provider(
        "Coinbase Commerce",
        "https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-cc-webhook-signature", Hex)] }),
    id: signed_json("/event/id"),
    kind: signed_json("/event/type"),
    ..NOTHING_ELSE
};
