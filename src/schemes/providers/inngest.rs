//! Inngest.

use super::prelude::*;

/// [Inngest](https://www.inngest.com/docs/platform/signing-keys): Body followed by the time's digits; hex HMAC-SHA256
/// in parameter s of `X-Inngest-Signature`, which is written as a query string.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, as in its own library. The
/// Python SDK has no window. Secret: The signing key without its prefix `signkey-\<environment\>-`, as UTF-8 bytes. Id:
/// These are calls to functions, not events with an id. A fallback key may be set for rotation. The Python SDK
/// canonicalises JSON (RFC 8785) first; the Node SDK signs the raw text.
pub const INNGEST: Recipe = Recipe {
    name: Borrowed("inngest"),
    provider: provider(
        "Inngest",
        "https://www.inngest.com/docs/platform/signing-keys",
        "any header, the URL, the method",
        Some(Library),
    ),
    proof: secret(HmacSha256, SecretEncoding::Utf8AfterSecondDash),
    signatures: Borrowed(const { &[items_between("x-inngest-signature", "&", &[Borrowed("s")], Hex)] }),
    content: BODY_TIMESTAMP,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
