//! Docusign Connect.

use super::prelude::*;

/// [Docusign](https://developers.docusign.com/platform/webhooks/connect/hmac/) Connect: base64 HMAC-SHA256 of the body
/// in `X-DocuSign-Signature-1`, and in `-2` and so on for each further key.
///
/// Signed: the raw body, with the type, `event`, in it where it is JSON. Not covered: time, or any header, so there is
/// no window. Up to 16 of the headers are read, and any of them may match any of your keys. No id of the event is
/// known: `envelopeId` names the envelope, which sends several.
pub const DOCUSIGN: Recipe = Recipe {
    name: Borrowed("docusign"),
    provider: provider(
        "Docusign Connect",
        "https://developers.docusign.com/platform/webhooks/connect/hmac/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(
        const { &[at(SignatureSource::NumberedHeaders { name: Borrowed("x-docusign-signature-{n}"), count: 16 }, Base64)] },
    ),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
