//! WebSub (W3C).

use super::prelude::*;

/// [WebSub (W3C)](https://www.w3.org/TR/websub/#signing-content): Hex HMAC of the raw body in `X-Hub-Signature` as
/// method=signature; the method is sha1, sha256, sha384 or sha512.
///
/// Not covered: time, URL, or any header. Secret: the text itself (hub.secret, less than 200 bytes). Id: Content has no
/// delivery id. The hub chooses the method: allow-list it and leave sha1 out where possible. A mismatch may be answered
/// 2xx and ignored.
pub const WEBSUB: Recipe = Recipe {
    name: Borrowed("websub"),
    provider: provider(
        "WebSub (W3C)",
        "https://www.w3.org/TR/websub/#signing-content",
        "time, URL, or any header",
        None,
    ),
    proof: secret(HmacSha512, Utf8),
    signatures: Borrowed(const { &[prefixed("x-hub-signature", "sha512=", Hex)] }),
    alternatives: Borrowed(const { &[SHA384, SHA256, SHA1] }),
    ..NOTHING_ELSE
};

const SHA384: Recipe = Recipe {
    proof: secret(HmacSha384, Utf8),
    signatures: Borrowed(const { &[prefixed("x-hub-signature", "sha384=", Hex)] }),
    ..NOTHING_ELSE
};

const SHA256: Recipe = Recipe {
    proof: secret(HmacSha256, Utf8),
    signatures: Borrowed(const { &[prefixed("x-hub-signature", "sha256=", Hex)] }),
    ..NOTHING_ELSE
};

const SHA1: Recipe = Recipe {
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[prefixed("x-hub-signature", "sha1=", Hex)] }),
    ..NOTHING_ELSE
};
