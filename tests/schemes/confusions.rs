//! One signature, another request: what a captured delivery must not turn into.

use crate::{head, now, set, verify};
use http::{Method, request::Parts};
use tower_webhook::{
    Keyring, Secret,
    schemes::{self, Recipe, SchemeError, SchemeErrorKind::PayloadMalformed, SignaturePlace, Verification},
    testing,
};

fn secret() -> Secret {
    Secret::new("5357c91b-21b0-45d4-8b00-86b215bda515").unwrap()
}

fn check(recipe: &Recipe, head: &Parts, body: &[u8]) -> Result<Verification, SchemeError> {
    verify(recipe, head, body, &Keyring::new(secret()), now())
}

#[track_caller]
fn refused(recipe: &Recipe, head: &Parts, body: &[u8], kind: schemes::SchemeErrorKind) {
    assert_eq!(check(recipe, head, body).map(|_| ()).map_err(|error| error.kind()), Err(kind));
}

/// What `recipe` signs when all of `signed` is the body.
fn over_body(name: &'static str, header: &str, signed: &[u8]) -> Parts {
    let recipe = Recipe::builder(name).signature(SignaturePlace::header(header.to_owned()).unwrap()).build().unwrap();
    head(testing::sign(&recipe, &secret()).body(signed.to_vec()))
}

#[test]
fn a_form_around_giteas_payload_holds_nothing_else() {
    let signed = over_body("gitea", "x-gitea-signature", br#"{"id":1}"#);
    let mut form = signed.clone();
    set(&mut form, "content-type", "application/x-www-form-urlencoded");
    check(&schemes::GITEA, &form, b"payload=%7B%22id%22%3A1%7D").unwrap();
    // What a handler reads as JSON, whatever the content type says.
    let forged = br#"{"id":2,"x":"&payload=%7B%22id%22%3A1%7D&"}"#;
    assert_eq!(serde_json::from_slice::<serde_json::Value>(forged).unwrap()["id"], 2);
    for body in [&forged[..], b"payload=%7B%22id%22%3A1%7D&admin=1", b"admin=1&payload=%7B%22id%22%3A1%7D"] {
        refused(&schemes::GITEA, &form, body, PayloadMalformed);
    }
}

#[test]
fn a_body_that_nobody_signed_does_not_come_with_giteas_query() {
    let mut head = over_body("gitea", "x-gitea-signature", br#"{"id":1}"#);
    head.method = Method::GET;
    head.uri = "/?payload=%7B%22id%22%3A1%7D".parse().unwrap();
    check(&schemes::GITEA, &head, b"").unwrap();
    refused(&schemes::GITEA, &head, br#"{"id":2}"#, PayloadMalformed);
}
