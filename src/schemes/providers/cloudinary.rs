//! Cloudinary.

use super::prelude::*;

/// [Cloudinary](https://cloudinary.com/documentation/notification_signatures): Body, time and secret, plain SHA-1
/// (SHA-256 if the account says so); hex in `X-Cld-Signature`.
///
/// Not covered: any header but `X-Cld-Timestamp`. The time may be off by 120 minutes back, 5 minutes ahead, as in its
/// own library; the future bound is ours. Secret: The API secret as UTF-8 text after the message; no HMAC. Id: public_id
/// and asset_id name objects. For an account that uses SHA-256, say
/// `.algorithm(MacAlgorithm::KeyedSha256)`: the request does not choose. With SHA-1 and the secret at the end, a
/// collision of the hash is a collision of the signatures: prefer SHA-256.
pub const CLOUDINARY: Recipe = Recipe {
    name: Borrowed("cloudinary"),
    provider: provider(
        "Cloudinary",
        "https://cloudinary.com/documentation/notification_signatures",
        "any header but X-Cld-Timestamp",
        Some(Library),
    ),
    proof: secret(KeyedSha1, Utf8),
    signatures: Borrowed(const { &[bare("x-cld-signature", Hex)] }),
    content: Template::of(const { &[Part::Body, Part::Timestamp, Part::Secret] }),
    timestamp: timestamp(in_header("x-cld-timestamp"), Seconds, 7200, 300),
    kind: signed_json("/notification_type"),
    ..NOTHING_ELSE
};
