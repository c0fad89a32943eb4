//! Attio.

use super::prelude::*;

/// [Attio](https://docs.attio.com/rest-api/how-to/webhooks): hex HMAC-SHA256 of the body in `Attio-Signature`.
///
/// Signed: the raw body. Not covered: time, so there is no window; and all headers, so anybody on the way can change
/// the delivery's id (`Idempotency-Key`), which stays the same on a retry. There is no single type: `events` is an
/// array whose elements have an `event_type` each. The copy of the signature in `X-Attio-Signature` is not read.
pub const ATTIO: Recipe = Recipe {
    name: Borrowed("attio"),
    provider: provider("Attio", "https://docs.attio.com/rest-api/how-to/webhooks", "time, or any header", None),
    signatures: Borrowed(const { &[bare("attio-signature", Hex)] }),
    id: unsigned_header("idempotency-key"),
    ..NOTHING_ELSE
};
