//! Lovable.

use super::prelude::*;

/// [Lovable](https://www.npmjs.com/package/@lovable.dev/webhooks-js): `x-lovable-signature: sha256=…` over the time in
/// `x-lovable-timestamp` and the body.
///
/// Signed: the digits of the time (Unix seconds, or milliseconds from 12 digits on), a dot, the raw body. Not covered:
/// any other header. Five minutes both ways, as in Lovable's library, which reads dates too: here they are refused. No
/// id and no type are known.
pub const LOVABLE: Recipe = Recipe {
    name: Borrowed("lovable"),
    provider: provider(
        "Lovable",
        "https://www.npmjs.com/package/@lovable.dev/webhooks-js",
        "any header but the time",
        Some(Library),
    ),
    signatures: Borrowed(const { &[prefixed("x-lovable-signature", "sha256=", Hex)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: timestamp(in_header("x-lovable-timestamp"), SecondsOrMilliseconds, 300, 300),
    ..NOTHING_ELSE
};
