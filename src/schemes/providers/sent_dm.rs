//! Sent.dm.

use super::prelude::*;

/// [Sent.dm](https://docs.sent.dm/start/webhooks/local-development): `{id}.{timestamp}.{body}`; base64 HMAC-SHA256 in
/// each `v1,` entry of `x-webhook-signature`, entries parted by spaces.
///
/// Not covered: any header but id and timestamp, the URL, the method. The time may be off by 5 minutes both ways, as
/// its documentation asks. Five minutes in the provider's own plugin. Secret: Base64 after an optional `whsec_` prefix.
/// Id: `x-webhook-id` is signed, but it is the endpoint's id and the same on every delivery: never deduplicate on it.
/// The signed id is the endpoint's; another key must serve against duplicates.
pub const SENT_DM: Recipe = Recipe {
    name: Borrowed("sent_dm"),
    provider: provider(
        "Sent.dm",
        "https://docs.sent.dm/start/webhooks/local-development",
        "any header but id and timestamp, the URL, the method",
        Some(Documentation),
    ),
    signatures: Borrowed(const { &[standard_signature("x-webhook-signature")] }),
    content: Template::of(
        const { &[Part::Header(Borrowed("x-webhook-id")), text("."), Part::Timestamp, text("."), Part::Body] },
    ),
    timestamp: seconds(in_header("x-webhook-timestamp"), 300),
    id: None,
    kind: None,
    ..STANDARD
};
