//! CircleCI.

use super::prelude::*;

/// [CircleCI](https://circleci.com/docs/guides/integration/outbound-webhooks/): Hex HMAC-SHA256 of the raw body in
/// `circleci-signature`, a comma list of versioned entries (v1=...).
///
/// Not covered: time, URL, or any header. Webhook.id names the webhook's configuration: never use it. Check v1 only and
/// ignore unknown versions.
pub const CIRCLECI: Recipe = Recipe {
    name: Borrowed("circleci"),
    provider: provider(
        "CircleCI",
        "https://circleci.com/docs/guides/integration/outbound-webhooks/",
        "time, URL, or any header",
        None,
    ),
    signatures: Borrowed(const { &[items("circleci-signature", V1)] }),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
