//! Travis CI.

use super::prelude::*;

/// [Travis CI](https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests): an RSA signature (SHA-1) in
/// base64 in `Signature`.
///
/// Signed: the decoded parameter `payload` of the form that is the body. A form that holds anything else is refused,
/// since that would not be signed. Not covered: time, or any header, so there is no window. The signature is over
/// SHA-1, which is Travis CI's choice: whoever can choose what it signs can find two payloads with one signature. The
/// secret is its public key, from `config.notifications.webhook.public_key` of its API. No id and no type of the event
/// are known: `id` names the build, which is reported several times.
pub const TRAVIS_CI: Recipe = Recipe {
    name: Borrowed("travis_ci"),
    provider: provider(
        "Travis CI",
        "https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests",
        "time, or any header",
        None,
    ),
    proof: Proof::PublicKey(PublicKeyAlgorithm::InsecureRsaPkcs1Sha1),
    signatures: Borrowed(const { &[bare("signature", Base64)] }),
    content: Template::of(const { &[Part::Form(Borrowed("payload"))] }),
    check: Some(Check(is_alone)),
    ..NOTHING_ELSE
};

/// Nothing but the signed parameter is in the form.
fn is_alone(delivery: Delivery<'_>) -> Result<(), SchemeError> {
    form::sole(delivery.payload, "payload").map(drop)
}
