//! Firecrawl.

use super::prelude::*;

/// [Firecrawl](https://docs.firecrawl.dev/webhooks/security): `X-Firecrawl-Signature: sha256=…`.
///
/// Signed: the raw body, with the event's `type` in it. Not covered: time, or any header, so there is no window. One
/// secret serves a whole account. No id of the event is known: `id` names the job, which sends many, and `webhookId` is
/// only in those of monitors. Firecrawl tries three more times, so let the handler bear an event that comes twice.
pub const FIRECRAWL: Recipe = Recipe {
    name: Borrowed("firecrawl"),
    provider: provider("Firecrawl", "https://docs.firecrawl.dev/webhooks/security", "time, or any header", None),
    signatures: Borrowed(const { &[prefixed("x-firecrawl-signature", "sha256=", Hex)] }),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
