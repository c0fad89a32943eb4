//! Veriff.

use super::prelude::*;

/// [Veriff](https://devdocs.veriff.com/docs/hmac-authentication-and-endpoint-security): hex HMAC-SHA256 of the body in
/// `X-HMAC-SIGNATURE`.
///
/// Signed: the raw body. Not covered: time, or any header, so neither `X-Auth-Client`, which names the integration;
/// there is no window. The secret is the shared secret key. No id and no type of the event are known: `id` and
/// `verification.id` name the session, which sends several.
pub const VERIFF: Recipe = Recipe {
    name: Borrowed("veriff"),
    provider: provider(
        "Veriff",
        "https://devdocs.veriff.com/docs/hmac-authentication-and-endpoint-security",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-hmac-signature", Hex)] }),
    ..NOTHING_ELSE
};
