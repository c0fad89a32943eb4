//! WorkOS.

use super::prelude::*;

/// [WorkOS](https://workos.com/docs/events/data-syncing/webhooks): `{t}.{body}`; hex HMAC-SHA256 in item v1 of
/// `WorkOS-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 3 minutes both ways, as in its own library.
/// Past only in the SDK. Actions use 30 s. A space follows the comma in the header. The JS SDK re-serialises the body;
/// raw bytes are what was signed.
pub const WORKOS: Recipe = Recipe {
    name: Borrowed("workos"),
    provider: provider(
        "WorkOS",
        "https://workos.com/docs/events/data-syncing/webhooks",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[items("workos-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: milliseconds(in_item("t"), 180),
    id: signed_json("/id"),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
