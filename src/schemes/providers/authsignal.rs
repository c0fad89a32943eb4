//! Authsignal.

use super::prelude::*;

/// [Authsignal](https://github.com/authsignal/authsignal-node): `X-Signature-V2: t=…,v2=…`, in base64.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body; `id` and `type` are in it. Not covered: any other
/// header. Five minutes, as in Authsignal's library, but both ways: that looks at the past alone. There may be several
/// `v2`. The base64 comes without padding; padded is taken too. The secret is the tenant's API secret key, which calls
/// the API as well.
pub const AUTHSIGNAL: Recipe = Recipe {
    name: Borrowed("authsignal"),
    provider: provider("Authsignal", "https://github.com/authsignal/authsignal-node", "any header", Some(Library)),
    signatures: Borrowed(const { &[items_between("x-signature-v2", ",", &[Borrowed("v2")], Base64OptionalPadding)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
