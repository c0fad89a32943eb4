//! Authsignal.

use super::prelude::*;

/// [Authsignal](https://github.com/authsignal/authsignal-node): `{t}.{body}`; unpadded base64 HMAC-SHA256 in each item
/// v2 of `X-Signature-V2`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as in its own library. The
/// SDK refuses only the past; the future bound is ours. Secret: The tenant's API secret key as UTF-8 bytes. The key is
/// the same one that calls the API: guard it. Several v2 items may appear.
pub const AUTHSIGNAL: Recipe = Recipe {
    name: Borrowed("authsignal"),
    provider: provider(
        "Authsignal",
        "https://github.com/authsignal/authsignal-node",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items_between("x-signature-v2", ",", &[Borrowed("v2")], Base64OptionalPadding)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
