//! Revolut.

use super::prelude::*;

/// [Revolut](https://developer.revolut.com/docs/guides/merchant/monitor-and-observe/webhooks/verify-the-payload-signature):
/// `Revolut-Signature: v1=…,v1=…` over the time in `Revolut-Request-Timestamp` and the body.
///
/// Signed: `v1.`, the digits of the time (Unix milliseconds), a dot, the raw body, with the type, `event`, in it. Not
/// covered: any other header. Five minutes, as in Revolut's documentation, both ways. While a secret is rolled there is
/// one `v1` for each. The secret is the key as it is shown, `wsk_` included. No id of the event is known: `order_id`
/// names the order.
pub const REVOLUT: Recipe = Recipe {
    name: Borrowed("revolut"),
    provider: provider(
        "Revolut",
        "https://developer.revolut.com/docs/guides/merchant/monitor-and-observe/webhooks/verify-the-payload-signature",
        "any header but the time",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[items("revolut-signature", V1)] }),
    content: Template::of(const { &[text("v1."), Part::Timestamp, text("."), Part::Body] }),
    timestamp: milliseconds(in_header("revolut-request-timestamp"), 300),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
