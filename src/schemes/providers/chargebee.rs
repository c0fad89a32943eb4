//! Chargebee.

use super::prelude::*;

/// [Chargebee](https://github.com/chargebee/chargebee-node): the user name and password that you set with the webhook,
/// in `Authorization: Basic …`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the password can forge deliveries, their `id` and their
/// `event_type`. The secret is `user:password`, with the colon, before it is base64. Chargebee sends it only if you set
/// it; without it, its deliveries are refused here.
pub const CHARGEBEE: Recipe = Recipe {
    name: Borrowed("chargebee"),
    provider: provider(
        "Chargebee",
        "https://github.com/chargebee/chargebee-node",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[prefixed("authorization", "Basic ", Base64)] }),
    content: NOTHING_SIGNED,
    id: unsigned_json("/id"),
    kind: unsigned_json("/event_type"),
    ..NOTHING_ELSE
};
