//! Chargebee.

use super::prelude::*;

/// [Chargebee](https://github.com/chargebee/chargebee-node): Nothing is signed; HTTP Basic credentials chosen by the
/// operator come in Authorization.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text `user:password`.
/// Basic credentials are optional at Chargebee; without them nothing authenticates the request.
pub const CHARGEBEE: Recipe = Recipe {
    name: Borrowed("chargebee"),
    provider: provider(
        "Chargebee",
        "https://github.com/chargebee/chargebee-node",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[prefixed("authorization", "Basic ", Base64)] }),
    content: NOTHING_SIGNED,
    id: unsigned_json("/id"),
    kind: unsigned_json("/event_type"),
    ..NOTHING_ELSE
};
