//! eBay.

use super::prelude::*;

/// [eBay](https://github.com/eBay/event-notification-nodejs-sdk): The body; ECDSA signature inside the base64 JSON of
/// `x-ebay-signature`.
///
/// Not covered: every header, the time. Secret: Public key fetched by kid from the Notification API (needs an
/// application token). GET challenge_code wants a SHA-256 answer over code, verification token and endpoint.
/// `/notification/eventDate` and `/notification/publishDate` are signed body fields. SHA-1 is eBay's choice. What the
/// header says of algorithms and keys is not looked at.
pub const EBAY: Recipe = Recipe {
    name: Borrowed("ebay"),
    provider: provider("eBay", "https://github.com/eBay/event-notification-nodejs-sdk", "every header, the time", None),
    proof: Proof::PublicKey(PublicKeyAlgorithm::InsecureEcdsaP256Sha1),
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Base64Json {
                    name: Borrowed("x-ebay-signature"),
                    pointer: Borrowed("/signature"),
                },
                grammar: Grammar::BARE,
                encoding: Base64,
            }]
        },
    ),
    id: signed_json("/notification/notificationId"),
    kind: signed_json("/metadata/topic"),
    ..NOTHING_ELSE
};
