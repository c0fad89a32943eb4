//! Xobni.ai.

use super::prelude::*;

/// [Xobni.ai](https://www.xobni.ai/docs/webhooks/security): `X-Xobni-Signature: sha256=…` over the time in
/// `X-Xobni-Timestamp` and the body.
///
/// Signed: the digits of the time (Unix seconds), a dot, the raw body. Not covered: any other header, so anybody on the
/// way can change the delivery's id (`X-Xobni-Delivery`) and the event's type (`X-Xobni-Event`). Whether the id stays
/// the same on a retry is not documented. Xobni names no window; five minutes both ways are this crate's choice.
pub const XOBNI: Recipe = Recipe {
    name: Borrowed("xobni"),
    provider: provider(
        "Xobni.ai",
        "https://www.xobni.ai/docs/webhooks/security",
        "any header but the time",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[prefixed("x-xobni-signature", "sha256=", Hex)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_header("x-xobni-timestamp"), 300),
    id: unsigned_header("x-xobni-delivery"),
    kind: unsigned_header("x-xobni-event"),
    ..NOTHING_ELSE
};
