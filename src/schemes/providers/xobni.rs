//! Xobni.ai.

use super::prelude::*;

/// [Xobni.ai](https://www.xobni.ai/docs/webhooks/security): `{timestamp}.{body}`; hex HMAC-SHA256 after `sha256=` in
/// `X-Xobni-Signature`.
///
/// Not covered: `X-Xobni-Event`, `X-Xobni-Delivery` and the other headers. The time may be off by 5 minutes both ways,
/// which is the choice of this crate: the provider names no window. Secret: The secret returned at creation as UTF-8
/// bytes. Outside the signature; whether a retry keeps it is not said. Event name and delivery id are unsigned headers.
pub const XOBNI: Recipe = Recipe {
    name: Borrowed("xobni"),
    provider: provider(
        "Xobni.ai",
        "https://www.xobni.ai/docs/webhooks/security",
        "X-Xobni-Event, X-Xobni-Delivery and the other headers",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[prefixed("x-xobni-signature", "sha256=", Hex)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_header("x-xobni-timestamp"), 300),
    id: unsigned_header("x-xobni-delivery"),
    kind: unsigned_header("x-xobni-event"),
    ..NOTHING_ELSE
};
