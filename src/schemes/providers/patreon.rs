//! Patreon.

use super::prelude::*;

/// [Patreon](https://docs.patreon.com/#webhooks): hex HMAC-MD5 of the body in `X-Patreon-Signature`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the event's type (`X-Patreon-Event`). No id of the event is known: `data.id` names the member or the pledge. Patreon
/// offers nothing better than MD5, so you have to ask for it: with the feature `insecure-md5`.
pub const PATREON: Recipe = Recipe {
    name: Borrowed("patreon"),
    provider: provider("Patreon", "https://docs.patreon.com/#webhooks", "time, or any header", None),
    proof: secret(MacAlgorithm::InsecureHmacMd5, Utf8),
    signatures: Borrowed(const { &[bare("x-patreon-signature", Hex)] }),
    kind: unsigned_header("x-patreon-event"),
    ..NOTHING_ELSE
};
