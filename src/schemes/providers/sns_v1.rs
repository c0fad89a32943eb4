//! Amazon SNS, version 1.

use super::prelude::*;
use super::sns::{SIGNED_FIELDS, check_version};

/// [Amazon SNS](https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html), version 1 of its
/// signature: an RSA signature (SHA-1) in base64, as `Signature` in the body.
///
/// Signed: the same as in version 2, which is [`SNS`](super::SNS), but with SHA-1. Whoever can choose what a topic
/// sends can find two messages with one signature, so set the topic to version 2. `SNS` says all the rest: what is
/// covered and what is not, the certificate, the subscription.
pub const SNS_V1: Recipe = Recipe {
    name: Borrowed("sns_v1"),
    provider: provider(
        "Amazon SNS, version 1",
        "https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html",
        "`UnsubscribeURL`, message attributes, or any header",
        None,
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::InsecureRsaPkcs1Sha1),
    signatures: Borrowed(const { &[at(SignatureSource::Json(Borrowed("/Signature")), Base64)] }),
    content: Template::of(const { &[Part::Computed(SIGNED_FIELDS)] }),
    id: signed_json("/MessageId"),
    kind: signed_json("/Type"),
    check: Some(Check(|delivery| check_version(delivery, "1"))),
    ..NOTHING_ELSE
};
