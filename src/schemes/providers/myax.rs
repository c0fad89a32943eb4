//! AX Semantics (MyAX).

use super::prelude::*;

/// [AX Semantics (MyAX)](https://gist.github.com/asmaps/be742e4834f29bb2babe): Hex HMAC-SHA1 of the raw body in
/// `X-MYAX-SIGNATURE` after "sha1=".
///
/// Not covered: time, URL, or any header. Secret: the text itself (the API token or the collection's webhook secret).
/// Id: id and uid name the text's object, which is sent again on change. Only SHA-1 is offered.
pub const MYAX: Recipe = Recipe {
    name: Borrowed("myax"),
    provider: provider(
        "AX Semantics (MyAX)",
        "https://gist.github.com/asmaps/be742e4834f29bb2babe",
        "time, URL, or any header",
        None,
    ),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[prefixed("x-myax-signature", "sha1=", Hex)] }),
    ..NOTHING_ELSE
};
