//! HTTP message signatures (RFC 9421), as the RFC and other implementations make them.

use crate::vector::{self, Vector, Verdict};
use tower_webhook::schemes::{MessageSignatureAlgorithm, MessageSignatureForm, Recipe, SecretEncoding};

/// Signatures that do not cover the body, where there is one: good for the RFC, but not for a webhook.
const WITHOUT_THE_BODY: [&str; 2] =
    ["B.2.5: a shared secret; the body is not covered", "B.2.6: Ed25519; the body is not covered"];

#[test]
fn message_signatures_of_others_are_judged_as_they_judge_them() {
    let mut accepted = 0;
    for vector in vector::in_file("message_signature") {
        let verdict = vector.judge(&recipe(&vector));
        let expected = vector.verdict == Verdict::Accepted && !WITHOUT_THE_BODY.contains(&vector.name.as_str());
        assert_eq!(verdict.is_ok(), expected, "{}: {}: {verdict:?}", vector.made_by, vector.name);
        accepted += usize::from(expected);
    }
    assert!(accepted >= 14, "{accepted} were accepted");
}

/// What the sender and the receiver have agreed on.
fn recipe(vector: &Vector) -> Recipe {
    let required = vector.settings["required_components"].as_array().unwrap();
    let required = required.iter().map(|name| name.as_str().unwrap().to_owned());
    let form = MessageSignatureForm::new(algorithm(vector.settings["algorithm"].as_str().unwrap()));
    let form = form.secret(SecretEncoding::Base64).cover(required).unwrap();
    Recipe::builder("message_signature").message_signature(form).build().unwrap()
}

fn algorithm(name: &str) -> MessageSignatureAlgorithm {
    match name {
        "ecdsa-p256-sha256" => MessageSignatureAlgorithm::EcdsaP256Sha256,
        "ecdsa-p384-sha384" => MessageSignatureAlgorithm::EcdsaP384Sha384,
        "ed25519" => MessageSignatureAlgorithm::Ed25519,
        "hmac-sha256" => MessageSignatureAlgorithm::HmacSha256,
        "rsa-pss-sha512" => MessageSignatureAlgorithm::RsaPssSha512,
        "rsa-v1_5-sha256" => MessageSignatureAlgorithm::RsaV15Sha256,
        other => panic!("{other} is no algorithm"),
    }
}
