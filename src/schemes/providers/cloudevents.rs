//! CloudEvents HTTP webhook 1.0.

use super::prelude::*;

/// [CloudEvents](https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md) over HTTP: a token in
/// `Authorization: Bearer …`, or in the query parameter `access_token`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the token can forge deliveries; one in a query ends up
/// in logs. An event is identified by its source and its id together (`ce-source` and `ce-id`, or `source` and `id` in
/// the body), so there is no id here. The type is that of binary mode (`ce-type`). In structured mode, where it stands
/// in the body, none is known.
///
/// Before they deliver, senders ask by OPTIONS whether they may: `Handshake::cloud_events`.
pub const CLOUDEVENTS: Recipe = Recipe {
    name: Borrowed("cloudevents"),
    provider: provider(
        "CloudEvents HTTP webhook 1.0",
        "https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(
        const { &[prefixed("authorization", "Bearer ", Hex), at(SignatureSource::Query(Borrowed("access_token")), Hex)] },
    ),
    content: NOTHING_SIGNED,
    kind: unsigned_header("ce-type"),
    ..NOTHING_ELSE
};
