//! AX Semantics (MyAX).

use super::prelude::*;

/// [AX Semantics](https://gist.github.com/asmaps/be742e4834f29bb2babe) (MyAX): `X-MYAX-SIGNATURE: sha1=…`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the API token, or the
/// webhook secret of the collection. No id and no type of the delivery are known: `id` and `uid` name the text, which
/// is sent again when it changes. SHA-1 is AX's choice; HMAC does not suffer from its collisions.
pub const MYAX: Recipe = Recipe {
    name: Borrowed("myax"),
    provider: provider(
        "AX Semantics (MyAX)",
        "https://gist.github.com/asmaps/be742e4834f29bb2babe",
        "time, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[prefixed("x-myax-signature", "sha1=", Hex)] }),
    ..NOTHING_ELSE
};
