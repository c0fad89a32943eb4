//! Zoom.

use super::prelude::*;

/// [Zoom](https://developers.zoom.us/docs/api/webhooks/): `x-zm-signature: v0=…` over the time in
/// `x-zm-request-timestamp` and the body.
///
/// Signed: `v0:`, the digits of the time (Unix seconds), a colon, the raw body, with the type, `event`, in it. Not
/// covered: any other header. Zoom names no window; five minutes both ways are this crate's choice. No id is
/// documented. `Handshake::zoom` answers the validation of the endpoint, which is signed, and comes again every 72
/// hours.
pub const ZOOM: Recipe = Recipe {
    name: Borrowed("zoom"),
    provider: provider("Zoom", "https://developers.zoom.us/docs/api/webhooks/", "any header but the time", Some(Ours)),
    signatures: Borrowed(const { &[prefixed("x-zm-signature", "v0=", Hex)] }),
    content: Template::of(const { &[text("v0:"), Part::Timestamp, text(":"), Part::Body] }),
    timestamp: seconds(in_header("x-zm-request-timestamp"), 300),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
