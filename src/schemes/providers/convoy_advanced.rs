//! Convoy (advanced signatures).

use super::prelude::*;

/// [Convoy (advanced signatures)](https://docs.getconvoy.io/product-manual/signatures): `{t},{body}` with a comma; HMAC
/// in the v items of `X-Convoy-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as in its own library. Id:
/// Depends on the operator's project. Hash (SHA-256 or SHA-512), encoding (hex or base64) and even the header name are
/// set per project. Several v1 appear during rotation.
pub const CONVOY_ADVANCED: Recipe = Recipe {
    name: Borrowed("convoy_advanced"),
    provider: provider(
        "Convoy (advanced signatures)",
        "https://docs.getconvoy.io/product-manual/signatures",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items_between("x-convoy-signature", ",", V1, HexOrBase64)] }),
    content: Template::of(const { &[Part::Timestamp, text(","), Part::Body] }),
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
