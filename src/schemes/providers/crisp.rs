//! Crisp (plugin hooks).

use super::prelude::*;

/// [Crisp (plugin hooks)](https://docs.crisp.chat/references/web-hooks/v1/): `[{timestamp};{body}]`, brackets and
/// semicolon included; bare hex HMAC-SHA256 in `X-Crisp-Signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Secret: The plugin's hook signing secret as UTF-8 bytes. Id: fingerprint
/// names a message and only some events have it. Only plugin hooks are signed; website hooks carry a key in the URL.
/// The JS SDK re-serialises the body, the Go SDK takes the raw bytes. Whether the time is in seconds or milliseconds is
/// documented nowhere: its length tells.
pub const CRISP: Recipe = Recipe {
    name: Borrowed("crisp"),
    provider: provider(
        "Crisp (plugin hooks)",
        "https://docs.crisp.chat/references/web-hooks/v1/",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-crisp-signature", Hex)] }),
    content: Template::of(const { &[text("["), Part::Timestamp, text(";"), Part::Body, text("]")] }),
    timestamp: timestamp(in_header("x-crisp-request-timestamp"), SecondsOrMilliseconds, 300, 300),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
