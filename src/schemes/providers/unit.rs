//! Unit.

use super::prelude::*;

/// [Unit](https://unit.co/docs/api/webhooks): base64 HMAC-SHA1 of the body in `X-Unit-Signature`.
///
/// Signed: the raw body. Not covered: time, or any header, so there is no window. The secret is the webhook's token. A
/// delivery is a batch: each element of `data` has its own `id` and `type`, and the delivery has neither. SHA-1 is
/// Unit's choice; HMAC does not suffer from its collisions.
pub const UNIT: Recipe = Recipe {
    name: Borrowed("unit"),
    provider: provider("Unit", "https://unit.co/docs/api/webhooks", "time, or any header", None),
    proof: secret(HmacSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-unit-signature", Base64)] }),
    ..NOTHING_ELSE
};
