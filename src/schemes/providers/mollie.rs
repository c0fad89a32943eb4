//! Mollie (next-generation webhooks).

use super::prelude::*;

/// [Mollie](https://docs.mollie.com/reference/webhooks-best-practices), next-generation webhooks: `X-Mollie-Signature:
/// sha256=…`, where `sha256=` may be missing.
///
/// Signed: the raw body; `id` and `type` are in it. Not covered: time, or any header, so there is no window. While a
/// secret is rolled the header comes once for each. The older webhooks, a form with nothing but `id`, are not signed
/// and are refused.
pub const MOLLIE: Recipe = Recipe {
    name: Borrowed("mollie"),
    provider: provider(
        "Mollie (next-generation webhooks)",
        "https://docs.mollie.com/reference/webhooks-best-practices",
        "time, or any header",
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
