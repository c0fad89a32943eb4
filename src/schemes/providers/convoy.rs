//! Convoy (simple mode).

use super::prelude::*;

/// [Convoy](https://www.getconvoy.io/docs/product-manual/signatures), simple signatures: an HMAC of the body in
/// `X-Convoy-Signature`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. Hash and encoding are settings of the
/// sender's project: hex and base64 are both taken, and SHA-512 instead of SHA-256 after
/// [`algorithm`](Recipe::algorithm). A project with another header needs a recipe of its own. No id and no type are
/// known. Advanced signatures, [`CONVOY_ADVANCED`](super::CONVOY_ADVANCED), sign the time too.
pub const CONVOY: Recipe = Recipe {
    name: Borrowed("convoy"),
    provider: provider(
        "Convoy (simple mode)",
        "https://www.getconvoy.io/docs/product-manual/signatures",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-convoy-signature", HexOrBase64)] }),
    ..NOTHING_ELSE
};
