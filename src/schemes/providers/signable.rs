//! Signable.

use super::prelude::*;

/// [Signable](https://developers.signable.app/early-access/ea-signed-webhooks): base64 HMAC-SHA256 of the body in
/// `Signature`.
///
/// Signed: the raw body. Not covered: any header, so neither the time in `X-Signable-Webhook`. The body holds a time
/// too, but where is not documented, so there is no window. The secret is the `webhook_secret` that is shown once. No
/// id and no type are known. Signed webhooks are in early access, so details may change.
pub const SIGNABLE: Recipe = Recipe {
    name: Borrowed("signable"),
    provider: provider(
        "Signable",
        "https://developers.signable.app/early-access/ea-signed-webhooks",
        "any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("signature", Base64)] }),
    ..NOTHING_ELSE
};
