//! Eka Care.

use super::prelude::*;

/// [Eka Care](https://github.com/eka-care/eka-docs): `Eka-Webhook-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body. Not covered: any other header. Three minutes both
/// ways, as in its documentation. Its Python sample re-encodes the JSON before it signs; the service signs raw bytes.
/// The body has a type in `event`, and no id of the event: `transaction_id` may be that of several.
pub const EKA: Recipe = Recipe {
    name: Borrowed("eka"),
    provider: provider("Eka Care", "https://github.com/eka-care/eka-docs", "any header", Some(Documentation)),
    signatures: Borrowed(const { &[items("eka-webhook-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 180),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
