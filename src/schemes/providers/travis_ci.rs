//! Travis CI.

use super::prelude::*;

/// [Travis CI](https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests): The form field payload;
/// base64 RSA signature in the header Signature.
///
/// Not covered: headers, the time. Secret: Public key from api.travis-ci.com/config at
/// config.notifications.webhook.public_key. Id: id in the payload names the build, which is reported several times.
/// SHA-1, nothing else is offered. The field must be form-decoded before checking. SHA-1 is Travis CI's choice. The
/// form has to hold nothing but `payload`: another parameter would not be signed.
pub const TRAVIS_CI: Recipe = Recipe {
    name: Borrowed("travis_ci"),
    provider: provider(
        "Travis CI",
        "https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests",
        "headers, the time",
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
    match &form::pairs(delivery.payload)?[..] {
        [(name, _)] if **name == *b"payload" => Ok(()),
        _ => Err(payload_malformed("the form holds something else than `payload`")),
    }
}
