//! Paystack.

use super::prelude::*;

/// [Paystack](https://paystack.com/docs/payments/webhooks/): Hex HMAC-SHA512 of the raw body in `x-paystack-signature`.
///
/// Not covered: time, URL, or any header. Secret: the text itself (API secret key). Id: data.id names the transaction,
/// which sends several events. The key is the API secret itself, test and live apart.
pub const PAYSTACK: Recipe = Recipe {
    name: Borrowed("paystack"),
    provider: provider("Paystack", "https://paystack.com/docs/payments/webhooks/", "time, URL, or any header", None),
    proof: secret(HmacSha512, Utf8),
    signatures: Borrowed(const { &[bare("x-paystack-signature", Hex)] }),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
