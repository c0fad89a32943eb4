//! Stripe.

use super::prelude::*;

/// [Stripe](https://docs.stripe.com/webhooks/signature): `Stripe-Signature: t=…,v1=…`.
///
/// Signed: the digits of `t` (Unix seconds), a dot, the raw body; the event's `id` and `type` are in it. Not covered:
/// any other header. Five minutes, as in Stripe's libraries, but both ways: those look at the past alone. While an
/// endpoint's secret is rolled there is one `v1` for each; `v0` is never looked at. The secret is the key as it is
/// shown, `whsec_` included.
pub const STRIPE: Recipe = Recipe {
    name: Borrowed("stripe"),
    provider: provider("Stripe", "https://docs.stripe.com/webhooks/signature", "any header", Some(Library)),
    signatures: Borrowed(const { &[items("stripe-signature", V1)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: seconds(in_item("t"), 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
