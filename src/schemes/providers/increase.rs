//! Increase.

use super::prelude::*;

/// [Increase](https://increase.com/documentation/webhooks): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each `v1,`
/// entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: The secret's own UTF-8 bytes; no base64 decoding. Kept on a retry. Given as str the Python
/// helper would decode base64; the secret's bytes are what counts.
pub const INCREASE: Recipe = Recipe {
    name: Borrowed("increase"),
    provider: provider(
        "Increase",
        "https://increase.com/documentation/webhooks",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    proof: HMAC_SHA256,
    kind: signed_json("/category"),
    ..STANDARD
};
