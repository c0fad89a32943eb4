//! eBay.

use super::prelude::*;

/// [eBay](https://github.com/eBay/event-notification-nodejs-sdk): an ECDSA signature in base64, in the JSON that
/// `x-ebay-signature` holds in base64.
///
/// Signed: the raw body; `notification.notificationId` and `metadata.topic`, the type, are in it. Not covered: any
/// header. The dates in the body are not checked, so there is no window. The secret is eBay's public key: ask its
/// Notification API for the one that `kid` in the header names. What the header says of keys and algorithms is not
/// looked at. The signature is over SHA-1, which is eBay's choice: whoever can choose what eBay signs can find two
/// bodies with one signature. `Handshake::ebay` answers its challenge.
pub const EBAY: Recipe = Recipe {
    name: Borrowed("ebay"),
    provider: provider("eBay", "https://github.com/eBay/event-notification-nodejs-sdk", "any header", None),
    proof: Proof::PublicKey(PublicKeyAlgorithm::InsecureEcdsaP256Sha1),
    signatures: Borrowed(
        const {
            &[at(
                SignatureSource::Base64Json { name: Borrowed("x-ebay-signature"), pointer: Borrowed("/signature") },
                Base64,
            )]
        },
    ),
    id: signed_json("/notification/notificationId"),
    kind: signed_json("/metadata/topic"),
    ..NOTHING_ELSE
};
