//! Documenso.

use super::prelude::*;

/// [Documenso](https://docs.documenso.com/docs/developers/webhooks/verification): the secret that you set with the
/// webhook, in `X-Documenso-Secret`.
///
/// Signed: nothing. Not covered: everything, so whoever learns the secret can forge deliveries, and the type, `event`,
/// in the body. No id of the event is known: the body names the document. The header of a webhook without a secret is
/// empty, which is refused.
pub const DOCUMENSO: Recipe = Recipe {
    name: Borrowed("documenso"),
    provider: provider(
        "Documenso",
        "https://docs.documenso.com/docs/developers/webhooks/verification",
        "everything: nothing is signed",
        None,
    ),
    proof: TOKEN,
    signatures: Borrowed(const { &[bare("x-documenso-secret", Hex)] }),
    content: NOTHING_SIGNED,
    kind: unsigned_json("/event"),
    ..NOTHING_ELSE
};
