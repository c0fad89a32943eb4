//! SignatureAPI.

use super::prelude::*;

/// [SignatureAPI](https://signatureapi.com/docs/api/guides/how-to/verify-webhooks) follows the
/// [Standard Webhooks](super::STANDARD_WEBHOOKS): `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body. Not covered: any other header.
/// Five minutes both ways, as in its documentation. The secret is base64 after `whsec_`, which may be missing. A retry
/// has the same id. No type is known.
pub const SIGNATUREAPI: Recipe = Recipe {
    name: Borrowed("signatureapi"),
    provider: provider(
        "SignatureAPI",
        "https://signatureapi.com/docs/api/guides/how-to/verify-webhooks",
        "any header but the id and the time",
        Some(Documentation),
    ),
    kind: None,
    ..STANDARD
};
