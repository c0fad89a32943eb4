//! Signable.

use super::prelude::*;

/// [Signable](https://developers.signable.app/early-access/ea-signed-webhooks): Base64 HMAC-SHA256 of the raw body in
/// Signature.
///
/// Not covered: URL, or any header; a time is covered (in the body), its header copy is not. Secret: the text itself
/// (webhook_secret, shown once). Id: No event id is documented on the page at hand. Early access, for selected
/// customers: details may change.
pub const SIGNABLE: Recipe = Recipe {
    name: Borrowed("signable"),
    provider: provider(
        "Signable",
        "https://developers.signable.app/early-access/ea-signed-webhooks",
        "URL, or any header; a time is covered (in the body), its header copy is not",
        None,
    ),
    signatures: Borrowed(const { &[bare("signature", Base64)] }),
    ..NOTHING_ELSE
};
