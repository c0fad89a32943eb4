//! Upstash QStash.

use super::prelude::*;

/// [Upstash QStash](https://upstash.com/docs/qstash/howto/signature): A JWT in `Upstash-Signature` whose body claim
/// holds the body's hash.
///
/// Not covered: every other header. Secret: Current and next signing key texts as UTF-8 bytes; both are tried. Outside
/// the signature; kept on a retry. The claim jti belongs to the token. Keys differ per region: Upstash-Region tells.
/// Compare sub with the public URL.
pub const QSTASH: Recipe = Recipe {
    name: Borrowed("qstash"),
    provider: provider("Upstash QStash", "https://upstash.com/docs/qstash/howto/signature", "every other header", None),
    proof: Proof::Jwt(jwt::QSTASH),
    id: unsigned_header("upstash-message-id"),
    ..NOTHING_ELSE
};
