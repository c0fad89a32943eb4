//! Amazon SNS, version 1.

use super::prelude::*;
use super::sns::{SIGNED_FIELDS, check_version};

/// [Amazon SNS, version 1](https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html): Chosen
/// fields of the JSON body; base64 RSA signature in the body at `/Signature`.
///
/// Not covered: MessageAttributes, UnsubscribeURL, SignatureVersion, SigningCertURL, headers. Secret: Certificate from
/// SigningCertURL. Raw message delivery has no signature. SignatureVersion 1 is SHA-1: set the topic to 2.
/// `x-amz-sns-message-type` repeats `/Type` unsigned. No window is documented, and redeliveries keep their Timestamp
/// for as long as the retry policy runs. Signed with SHA-1, for which collisions are made: set your topic to version 2,
/// and use [`SNS`](super::SNS).
pub const SNS_V1: Recipe = Recipe {
    name: Borrowed("sns_v1"),
    provider: provider(
        "Amazon SNS, version 1",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
        "messageAttributes, UnsubscribeURL, SignatureVersion, SigningCertURL, headers",
        None,
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::InsecureRsaPkcs1Sha1),
    signatures: Borrowed(
        const {
            &[SignaturePlace {
                source: SignatureSource::Json(Borrowed("/Signature")),
                grammar: Grammar::BARE,
                encoding: Base64,
            }]
        },
    ),
    content: Template::of(const { &[Part::Computed(SIGNED_FIELDS)] }),
    id: signed_json("/MessageId"),
    kind: signed_json("/Type"),
    ambiguous: true,
    check: Some(Check(|delivery| check_version(delivery, "1"))),
    ..NOTHING_ELSE
};
