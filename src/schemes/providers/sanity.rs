//! Sanity.

use super::prelude::*;

/// [Sanity](https://github.com/sanity-io/webhook-toolkit): `{t}.{body}`; unpadded base64url HMAC-SHA256 in item v1 of
/// `sanity-webhook-signature`.
///
/// Not covered: any header, the URL, the method. The time may be off by 5 minutes both ways, which is the choice of
/// this crate: the provider names no window. Stands outside the signature. Times before 2021 are refused by the SDK as
/// a guard against seconds. Items may be parted by commas or spaces.
pub const SANITY: Recipe = Recipe {
    name: Borrowed("sanity"),
    provider: provider(
        "Sanity",
        "https://github.com/sanity-io/webhook-toolkit",
        "any header, the URL, the method",
        Some(Ours),
    ),
    signatures: Borrowed(const { &[items_between("sanity-webhook-signature", ",", V1, Base64Url)] }),
    content: TIMESTAMP_DOT_BODY,
    timestamp: milliseconds(in_item("t"), 300),
    id: unsigned_header("idempotency-key"),
    ..NOTHING_ELSE
};
