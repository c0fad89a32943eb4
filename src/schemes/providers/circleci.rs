//! CircleCI.

use super::prelude::*;

/// [CircleCI](https://circleci.com/docs/guides/integration/outbound-webhooks/): `circleci-signature: v1=…`.
///
/// Signed: the raw body; `id` and `type` are in it. Not covered: time, or any header, so there is no window. Signatures
/// of other versions are passed over. `webhook.id` names the webhook, not the event.
pub const CIRCLECI: Recipe = Recipe {
    name: Borrowed("circleci"),
    provider: provider(
        "CircleCI",
        "https://circleci.com/docs/guides/integration/outbound-webhooks/",
        "time, or any header",
        None,
    ),
    signatures: Borrowed(const { &[items("circleci-signature", V1)] }),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
