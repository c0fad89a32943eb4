//! Metronome.

use super::prelude::*;

/// [Metronome](https://github.com/Metronome-Industries/metronome-node): `{date}\n{body}`; bare hex HMAC-SHA256 in
/// `Metronome-Webhook-Signature`.
///
/// Not covered: any header but the date. The time may be off by 5 minutes both ways, as in its own library. Date
/// carries the same text, but proxies may rewrite it; `X-Metronome-Date` is the one to use.
pub const METRONOME: Recipe = Recipe {
    name: Borrowed("metronome"),
    provider: provider(
        "Metronome",
        "https://github.com/Metronome-Industries/metronome-node",
        "any header but the date",
        Some(Library),
    ),
    signatures: Borrowed(const { &[bare("metronome-webhook-signature", Hex)] }),
    content: Template::of(const { &[Part::Timestamp, text("\n"), Part::Body] }),
    timestamp: timestamp(in_header("x-metronome-date"), HttpDate, 300, 300),
    id: signed_json("/id"),
    kind: signed_json("/type"),
    ..NOTHING_ELSE
};
