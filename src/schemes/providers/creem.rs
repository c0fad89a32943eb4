//! Creem.

use super::prelude::*;

/// [Creem](https://docs.creem.io/code/webhooks) follows the [Standard Webhooks](super::STANDARD_WEBHOOKS):
/// `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,… v1,…`.
///
/// Signed: the id, a dot, the digits of the time (Unix seconds), a dot, the raw body, with the type, `eventType`, in
/// it. Not covered: any other header. Five minutes both ways, as in Creem's library. The secret is base64 after
/// `whsec_`, which may be missing. A retry has the same id.
///
/// Older deliveries have `creem-signature` instead: hex HMAC-SHA256 of the body, perhaps after `sha256=`, with the
/// secret's text as the key. They sign no time, so there is no window for them, and their id is `id` in the body.
pub const CREEM: Recipe = Recipe {
    name: Borrowed("creem"),
    provider: provider(
        "Creem",
        "https://docs.creem.io/code/webhooks",
        "any header but the id and the time",
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
