//! Metronome.

use super::prelude::*;

/// [Metronome](https://github.com/Metronome-Industries/metronome-node): hex HMAC-SHA256 in
/// `Metronome-Webhook-Signature` over the time in `X-Metronome-Date` and the body.
///
/// Signed: the text of the time (a date of HTTP, such as `Sun, 22 Nov 2026 05:53:27 GMT`), a line feed, the raw body;
/// `id` and `type` are in it. Not covered: any other header. Five minutes both ways, as in Metronome's library. `Date`,
/// which says the same until a proxy changes it, is not read.
pub const METRONOME: Recipe = Recipe {
    name: Borrowed("metronome"),
    provider: provider(
        "Metronome",
        "https://github.com/Metronome-Industries/metronome-node",
        "any header but the time",
        Some(Library),
    ),
    signatures: Borrowed(const { &[bare("metronome-webhook-signature", Hex)] }),
    content: Template::of(const { &[Part::Timestamp, text("\n"), Part::Body] }),
    timestamp: timestamp(in_header("x-metronome-date"), HttpDate, 300, 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
