//! Documenso.

use super::prelude::*;

/// [Documenso](https://docs.documenso.com/docs/developers/webhooks/verification): Nothing is signed; the configured
/// secret is repeated in `X-Documenso-Secret`.
///
/// Not covered: everything: no signature exists, only a shared secret is presented. Secret: the text itself, compared
/// as text. Id: The body identifies the document, not the event. The header is sent empty if no secret is configured:
/// refuse an empty value.
pub const DOCUMENSO: Recipe = Recipe {
    name: Borrowed("documenso"),
    provider: provider(
        "Documenso",
        "https://docs.documenso.com/docs/developers/webhooks/verification",
        "everything: no signature exists, only a shared secret is presented",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("x-documenso-secret", Hex)] }),
    content: NOTHING_SIGNED,
    kind: unsigned_json("/event"),
    ..NOTHING_ELSE
};
