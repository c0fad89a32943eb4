//! SignatureAPI.

use super::prelude::*;

/// [SignatureAPI](https://signatureapi.com/docs/api/guides/how-to/verify-webhooks): `{id}.{timestamp}.{body}`; base64
/// HMAC-SHA256 in each `v1,` entry of `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as
/// its documentation asks. Secret: Base64 after `whsec_`. Kept on a retry. The page offers tested functions in seven
/// languages and a six-case vector.
pub const SIGNATUREAPI: Recipe = Recipe {
    name: Borrowed("signatureapi"),
    provider: provider(
        "SignatureAPI",
        "https://signatureapi.com/docs/api/guides/how-to/verify-webhooks",
        "any header but id and timestamp, the URL, the method",
        Some(Documentation),
    ),
    kind: None,
    ..STANDARD
};
