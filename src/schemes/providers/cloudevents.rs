//! CloudEvents HTTP webhook 1.0.

use super::prelude::*;

/// [CloudEvents HTTP webhook 1.0](https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md): Nothing
/// is signed; a bearer token comes in Authorization, or as query parameter access_token.
///
/// Not covered: everything. An event is identified by its source and its id together (`ce-source` and `ce-id`, or
/// `source` and `id` in the body), so there is no id here. Binary and structured modes carry the attributes in different
/// places; the type is that of binary mode.
pub const CLOUDEVENTS: Recipe = Recipe {
    name: Borrowed("cloudevents"),
    provider: provider(
        "CloudEvents HTTP webhook 1.0",
        "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(
        const {
            &[
                prefixed("authorization", "Bearer ", Hex),
                SignaturePlace {
                    source: SignatureSource::Query(Borrowed("access_token")),
                    grammar: Grammar::BARE,
                    encoding: Hex,
                },
            ]
        },
    ),
    content: NOTHING_SIGNED,
    kind: unsigned_header("ce-type"),
    ..NOTHING_ELSE
};
