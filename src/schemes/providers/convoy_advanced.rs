//! Convoy (advanced signatures).

use super::prelude::*;

/// [Convoy](https://docs.getconvoy.io/product-manual/signatures), advanced signatures: `X-Convoy-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a comma, the raw body. Not covered: any other header. Five minutes, as in
/// Convoy's libraries, but both ways: those look at the past alone. Hash and encoding are settings of the sender's
/// project: hex and base64 are both taken, and SHA-512 instead of SHA-256 after [`algorithm`](Recipe::algorithm). While
/// a secret is rolled there is one `v1` for each; other labels are passed over. A project with another header needs a
/// recipe of its own. No id and no type are known.
pub const CONVOY_ADVANCED: Recipe = Recipe {
    name: Borrowed("convoy_advanced"),
    provider: provider(
        "Convoy (advanced signatures)",
        "https://docs.getconvoy.io/product-manual/signatures",
        "any header",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items_between("x-convoy-signature", ",", V1, HexOrBase64)] }),
    content: Template::of(const { &[Part::Timestamp, text(","), Part::Body] }),
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
