//! Creem.

use super::prelude::*;

/// [Creem](https://docs.creem.io/code/webhooks): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in each `v1,` entry of
/// `webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as in
/// its own library. Secret: Base64 after an optional `whsec_` prefix. Kept on a retry. Older deliveries carry
/// creem-signature instead: bare hex HMAC-SHA256 of the body under the UTF-8 secret.
pub const CREEM: Recipe = Recipe {
    name: Borrowed("creem"),
    provider: provider(
        "Creem",
        "https://docs.creem.io/code/webhooks",
        "any header but id and timestamp, the URL, the method",
        Some(Library),
    ),
    kind: signed_json("/eventType"),
    alternatives: Borrowed(const { &[LEGACY] }),
    ..STANDARD
};

const LEGACY: Recipe = Recipe {
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Header { name: Borrowed("creem-signature"), repeated: false },
                grammar: Grammar { shape: Shape::Bare, prefix: Borrowed("sha256="), prefix_optional: true },
                encoding: Hex,
            }]
        },
    ),
    id: signed_json("/id"),
    kind: signed_json("/eventType"),
    ..NOTHING_ELSE
};
