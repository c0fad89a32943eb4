//! Revolut.

use super::prelude::*;

/// [Revolut](https://developer.revolut.com/docs/guides/merchant/monitor-and-observe/webhooks/verify-the-payload-signature):
/// `v1.{timestamp}.{body}`; hex HMAC-SHA256 in each `v1=` entry of `Revolut-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as its documentation asks.
/// Secret: The text itself, `wsk_` included, as UTF-8 bytes. Id: order_id names the order. Entries are parted by commas
/// while several secrets are live. The label v1 is part of the signed text.
pub const REVOLUT: Recipe = Recipe {
    name: Borrowed("revolut"),
    provider: provider(
        "Revolut",
        "https://developer.revolut.com/docs/guides/merchant/monitor-and-observe/webhooks/verify-the-payload-signature",
        "any header, the URL, the method",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[items("revolut-signature", V1)] }),
    content: Template::of(const { &[text("v1."), Part::Timestamp, text("."), Part::Body] }),
    timestamp: milliseconds(in_header("revolut-request-timestamp"), 300),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
