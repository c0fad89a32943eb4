//! Lovable.

use super::prelude::*;

/// [Lovable](https://www.npmjs.com/package/@lovable.dev/webhooks-js): `{timestamp}.{body}`; hex HMAC-SHA256 after
/// `sha256=` in `x-lovable-signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as in its own library. Id:
/// No event id is documented. The text of the header is what is signed, whatever its form. The SDK reads at most 1 MiB.
pub const LOVABLE: Recipe = Recipe {
    name: Borrowed("lovable"),
    provider: provider(
        "Lovable",
        "https://www.npmjs.com/package/@lovable.dev/webhooks-js",
        "any header, the URL, the method",
        Some(Library),
    ),
    signatures: Borrowed(const { &[prefixed("x-lovable-signature", "sha256=", Hex)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: timestamp(in_header("x-lovable-timestamp"), SecondsOrMilliseconds, 300, 300),
    ..NOTHING_ELSE
};
