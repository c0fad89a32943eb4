//! BigCommerce.

use super::prelude::*;

/// [BigCommerce](https://developer.bigcommerce.com/docs/integrations/webhooks): `{id}.{timestamp}.{body}`; base64
/// HMAC-SHA256 in each `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. The documentation hands base64(client_secret) to standardwebhooks. Secret: The app's client secret
/// as UTF-8 bytes; no base64 decoding. Kept on a retry. The body's `/hash` names the payload, not the delivery.
pub const BIGCOMMERCE: Recipe = Recipe {
    name: Borrowed("bigcommerce"),
    provider: provider(
        "BigCommerce",
        "https://developer.bigcommerce.com/docs/integrations/webhooks",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    proof: HMAC_SHA256,
    kind: signed_json("/scope"),
    ..STANDARD
};
