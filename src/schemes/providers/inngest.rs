//! Inngest.

use super::prelude::*;

/// [Inngest](https://www.inngest.com/docs/platform/signing-keys), calls to your functions: `X-Inngest-Signature:
/// t=…&s=…`.
///
/// Signed: the raw body, the digits of `t` (Unix seconds) right after it. Not covered: any other header. Five minutes
/// both ways, as in Inngest's library for Node; that for Python has no window, and signs the JSON in its canonical form
/// (RFC 8785). The key is the text of the signing key behind its second `-`, so without `signkey-prod-`. Pass the
/// fallback key too while you rotate. A call has no id and no type.
pub const INNGEST: Recipe = Recipe {
    name: Borrowed("inngest"),
    provider: provider("Inngest", "https://www.inngest.com/docs/platform/signing-keys", "any header", Some(Library)),
    proof: secret(HmacSha256, SecretEncoding::Utf8AfterSecondDash),
    signatures: Borrowed(const { &[items_between("x-inngest-signature", "&", &[Borrowed("s")], Hex)] }),
    content: BODY_TIMESTAMP,
    timestamp: seconds(in_item("t"), 300),
    ..NOTHING_ELSE
};
