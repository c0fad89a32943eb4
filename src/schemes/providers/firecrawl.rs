//! Firecrawl.

use super::prelude::*;

/// [Firecrawl](https://docs.firecrawl.dev/webhooks/security): Hex HMAC-SHA256 of the raw body in
/// `X-Firecrawl-Signature` after "sha256=".
///
/// Not covered: time, URL, or any header. Secret: the text itself (one secret per account). Id: id names the job, which
/// sends many events. webhookId appears in monitor payloads only and is not documented as unique per delivery. Three
/// retries after a failure; without an event id the handler has to be idempotent.
pub const FIRECRAWL: Recipe = Recipe {
    name: Borrowed("firecrawl"),
    provider: provider("Firecrawl", "https://docs.firecrawl.dev/webhooks/security", "time, URL, or any header", None),
    signatures: Borrowed(const { &[prefixed("x-firecrawl-signature", "sha256=", Hex)] }),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
