//! Unit.

use super::prelude::*;

/// [Unit](https://unit.co/docs/api/webhooks): Base64 HMAC-SHA1 of the raw body in `X-Unit-Signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (the webhook's token). Id: `/data` is an array of
/// events, each with its own id; there is no id of the delivery. Header name confirmed. The SDK serialises the JSON
/// again; raw bytes are what was signed. Some public receivers use hex or SHA-256 and are wrong.
pub const UNIT: Recipe = Recipe {
    name: Borrowed("unit"),
    provider: provider("Unit", "https://unit.co/docs/api/webhooks", "time, URL, or any header", None),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-unit-signature", Base64)] }),
    ..NOTHING_ELSE
};
