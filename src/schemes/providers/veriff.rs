//! Veriff.

use super::prelude::*;

/// [Veriff](https://devdocs.veriff.com/docs/hmac-authentication-and-endpoint-security): Hex HMAC-SHA256 of the raw body
/// in `X-HMAC-SIGNATURE`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (shared secret key). Id: id and verification.id name
/// the session, which sends several events. `X-Auth-Client` names the integration. The sample lower-cases the received
/// hex: compare without regard to case.
pub const VERIFF: Recipe = Recipe {
    name: Borrowed("veriff"),
    provider: provider(
        "Veriff",
        "https://devdocs.veriff.com/docs/hmac-authentication-and-endpoint-security",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-hmac-signature", Hex)] }),
    ..NOTHING_ELSE
};
