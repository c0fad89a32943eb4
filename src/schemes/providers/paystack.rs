//! Paystack.

use super::prelude::*;

/// [Paystack](https://paystack.com/docs/payments/webhooks/): hex HMAC-SHA512 of the body in `x-paystack-signature`.
///
/// Signed: the raw body, with the type, `event`, in it. Not covered: time, or any header, so there is no window. The
/// secret is the secret key of the API; test and live have one each. No id of the event is known: `data.id` names the
/// transaction, which sends several.
pub const PAYSTACK: Recipe = Recipe {
    name: Borrowed("paystack"),
    provider: provider("Paystack", "https://paystack.com/docs/payments/webhooks/", "time, or any header", None),
    proof: secret(HmacSha512, Utf8),
    signatures: Borrowed(const { &[bare("x-paystack-signature", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
