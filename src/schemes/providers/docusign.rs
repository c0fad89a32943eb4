//! Docusign Connect.

use super::prelude::*;

/// [Docusign Connect](https://developers.docusign.com/platform/webhooks/connect/hmac/): Base64 HMAC-SHA256 of the raw
/// body, one header per active key: `X-DocuSign-Signature-1`, -2, ...
///
/// Not covered: time, URL, or any header. Id: envelopeId names the envelope, which sends several events. Several keys
/// may be active: accept any of the numbered headers matching any configured key. Header numbering confirmed.
pub const DOCUSIGN: Recipe = Recipe {
    name: Borrowed("docusign"),
    provider: provider(
        "Docusign Connect",
        "https://developers.docusign.com/platform/webhooks/connect/hmac/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::NumberedHeaders { name: Borrowed("x-docusign-signature-{n}"), count: 16 },
                grammar: Grammar::BARE,
                encoding: Base64,
            }]
        },
    ),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
