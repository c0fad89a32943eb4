//! Patreon.

use super::prelude::*;

/// [Patreon](https://docs.patreon.com/#webhooks): Hex HMAC-MD5 of the raw body in `X-Patreon-Signature`.
///
/// Not covered: time, URL, or any header. Id: data.id names the member or pledge. HMAC-MD5 is the only choice: keep it
/// an explicit opt-in. The trigger header is unsigned.
pub const PATREON: Recipe = Recipe {
    name: Borrowed("patreon"),
    provider: provider("Patreon", "https://docs.patreon.com/#webhooks", "time, URL, or any header", None),
    proof: secret(MacAlgorithm::InsecureHmacMd5, Utf8),
    signatures: Borrowed(const { &[bare("x-patreon-signature", Hex)] }),
    kind: unsigned_header("x-patreon-event"),
    ..NOTHING_ELSE
};
