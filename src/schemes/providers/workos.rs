//! WorkOS.

use super::prelude::*;

/// [WorkOS](https://workos.com/docs/events/data-syncing/webhooks): `WorkOS-Signature: t=…, v1=…`.
///
/// Signed: the digits of `t` (Unix milliseconds), a dot, the raw body; `id` and `event`, the type, are in it. Not
/// covered: any other header. Three minutes, as in WorkOS' library, but both ways: that looks at the past alone. For
/// actions that library wants 30 seconds: [`tolerance`](Recipe::tolerance).
pub const WORKOS: Recipe = Recipe {
    name: Borrowed("workos"),
    provider: provider("WorkOS", "https://workos.com/docs/events/data-syncing/webhooks", "any header", Some(Library)),
    signatures: Borrowed(const { &[items("workos-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: milliseconds(in_item("t"), 180),
    id: signed_json("/id"),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
