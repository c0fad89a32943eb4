//! Mollie (next-generation webhooks).

use super::prelude::*;

/// [Mollie (next-generation webhooks)](https://docs.mollie.com/reference/webhooks-best-practices): Hex HMAC-SHA256 of
/// the raw body in `X-Mollie-Signature`, with or without "sha256=".
///
/// Not covered: time, URL, or any header. The header may repeat, one signature per active secret. Legacy webhooks send
/// only id=... and no signature.
pub const MOLLIE: Recipe = Recipe {
    name: Borrowed("mollie"),
    provider: provider(
        "Mollie (next-generation webhooks)",
        "https://docs.mollie.com/reference/webhooks-best-practices",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Header { name: Borrowed("x-mollie-signature"), repeated: true },
                grammar: Grammar { shape: Shape::Bare, prefix: Borrowed("sha256="), prefix_optional: true },
                encoding: Hex,
            }]
        },
    ),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
