//! WebSub (W3C).

use super::prelude::*;

/// [WebSub](https://www.w3.org/TR/websub/#signing-content): `X-Hub-Signature: sha256=…`; or `sha1=`, `sha384=` or
/// `sha512=`, as the hub likes.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the `hub.secret` of
/// your request to subscribe, of fewer than 200 bytes. SHA-1 is taken, since hubs may choose it; HMAC does not suffer
/// from its collisions. Content has no id and no type. `Handshake::web_sub` answers the hub when it asks whether you
/// meant to subscribe.
pub const WEBSUB: Recipe = Recipe {
    name: Borrowed("websub"),
    provider: provider("WebSub (W3C)", "https://www.w3.org/TR/websub/#signing-content", "time, or any header", None),
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
