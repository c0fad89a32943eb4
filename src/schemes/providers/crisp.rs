//! Crisp (plugin hooks).

use super::prelude::*;

/// [Crisp](https://docs.crisp.chat/references/web-hooks/v1/), hooks of plugins: hex HMAC-SHA256 in `X-Crisp-Signature`
/// over the time in `X-Crisp-Request-Timestamp` and the body.
///
/// Signed: `[`, the digits of the time, a semicolon, the raw body, `]`; the type, `event`, is in the body. Not covered:
/// any other header. Whether the time is in seconds or in milliseconds is documented nowhere: from 12 digits on it is
/// taken as milliseconds. Crisp names no window; five minutes both ways are this crate's choice. The secret is the
/// signing secret of the plugin; the hooks of a website are not signed. No id is known: `fingerprint` names a message
/// and is not in every event.
pub const CRISP: Recipe = Recipe {
    name: Borrowed("crisp"),
    provider: provider(
        "Crisp (plugin hooks)",
        "https://docs.crisp.chat/references/web-hooks/v1/",
        "any header but the time",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[bare("x-crisp-signature", Hex)] }),
    content: Template::of(const { &[text("["), Part::Timestamp, text(";"), Part::Body, text("]")] }),
    timestamp: timestamp(in_header("x-crisp-request-timestamp"), SecondsOrMilliseconds, 300, 300),
    kind: signed_json("/event"),
    ..NOTHING_ELSE
};
