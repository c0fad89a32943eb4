//! Cloudinary.

use super::prelude::*;

/// [Cloudinary](https://cloudinary.com/documentation/notification_signatures): a plain SHA-1 (SHA-256 if the
/// account says so) in hex in `X-Cld-Signature`, over the body, the time in `X-Cld-Timestamp` and the secret.
///
/// Signed: the raw body, the digits of the time (Unix seconds) and the secret, with nothing in between;
/// `notification_type`, the type, is in the body. Not covered: any other header. 120 minutes back, as in
/// Cloudinary's library; five ahead are this crate's choice. The secret is the API secret. No id of the event is
/// known: `public_id` and `asset_id` name objects.
///
/// This is no HMAC. With SHA-1 and the secret at the end, a collision of the hash is a collision of the signatures:
/// prefer SHA-256. For an account that uses it, say `.algorithm(MacAlgorithm::KeyedSha256)`: the request does not
/// choose.
pub const CLOUDINARY: Recipe = Recipe {
    name: Borrowed("cloudinary"),
    provider: provider(
        "Cloudinary",
        "https://cloudinary.com/documentation/notification_signatures",
        "any header but the time",
        Some(Library),
    ),
    proof: secret(KeyedSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-cld-signature", Hex)] }),
    content: Template::of(const { &[Part::Body, Part::Timestamp, Part::Secret] }),
    timestamp: timestamp(in_header("x-cld-timestamp"), Seconds, 7200, 300),
    kind: signed_json("/notification_type"),
    ..NOTHING_ELSE
};
