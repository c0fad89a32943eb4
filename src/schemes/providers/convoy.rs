//! Convoy (simple mode).

use super::prelude::*;

/// [Convoy (simple mode)](https://www.getconvoy.io/docs/product-manual/signatures): HMAC of the raw body in
/// `X-Convoy-Signature`; hash (SHA-256 or SHA-512) and encoding (hex or base64) are set per project.
///
/// Not covered: time, URL, or any header. Id: No id header was read in the sources at hand. The header's name, the hash
/// and the encoding are the project's configuration: fix them in the preset's options. Advanced mode has a timestamp
/// and is safer.
pub const CONVOY: Recipe = Recipe {
    name: Borrowed("convoy"),
    provider: provider(
        "Convoy (simple mode)",
        "https://www.getconvoy.io/docs/product-manual/signatures",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[bare("x-convoy-signature", HexOrBase64)] }),
    ..NOTHING_ELSE
};
