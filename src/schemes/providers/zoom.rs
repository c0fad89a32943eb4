//! Zoom.

use super::prelude::*;

/// [Zoom](https://developers.zoom.us/docs/api/webhooks/): `v0:{timestamp}:{body}`; hex HMAC-SHA256 after `v0=` in
/// `x-zm-signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Id: No event id is documented. Endpoint.url_validation is signed too and
/// wants plainToken with its hex HMAC back. Official samples re-serialise the JSON; use raw bytes.
pub const ZOOM: Recipe = Recipe {
    name: Borrowed("zoom"),
    provider: provider(
        "Zoom",
        "https://developers.zoom.us/docs/api/webhooks/",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[prefixed("x-zm-signature", "v0=", Hex)] }),
    content: Template::of(const { &[text("v0:"), Part::Timestamp, text(":"), Part::Body] }),
    timestamp: seconds(in_header("x-zm-request-timestamp"), 300),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
