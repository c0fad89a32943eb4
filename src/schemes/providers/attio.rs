//! Attio.

use super::prelude::*;

/// [Attio](https://docs.attio.com/rest-api/how-to/webhooks): Hex HMAC-SHA256 of the raw body in `Attio-Signature`.
///
/// Not covered: time, URL, or any header. Documented as the same over retries and redeliveries; unsigned.
/// `X-Attio-Signature` is a copy for old middleware. Texts on the web that add a timestamp are wrong.
pub const ATTIO: Recipe = Recipe {
    name: Borrowed("attio"),
    provider: provider("Attio", "https://docs.attio.com/rest-api/how-to/webhooks", "time, URL, or any header", None),
    signatures: Borrowed(const { &[bare("attio-signature", Hex)] }),
    id: unsigned_header("idempotency-key"),
    ..NOTHING_ELSE
};
