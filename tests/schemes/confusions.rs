//! One signature, another request: what a captured delivery must not turn into.

use crate::{head, now, set, verify};
use http::{Method, request::Parts};
use tower_webhook::{
    Keyring, Secret,
    schemes::{
        self, FieldPlace, Recipe, SchemeError,
        SchemeErrorKind::{Malformed, PayloadMalformed},
        SignaturePlace, Verification,
    },
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

#[test]
fn a_header_beside_a_token_is_not_signed() {
    let token = || schemes::JwtForm::header("x-token", [schemes::JwtAlgorithm::Hs256]).unwrap();
    let id = || FieldPlace::header("x-event-id").unwrap();
    let _ = Recipe::builder("acme").jwt(token()).id(id()).build().unwrap();
    let _ = Recipe::builder("acme").jwt(token()).id(FieldPlace::json("/id").unwrap().signed()).build().unwrap();
    assert!(Recipe::builder("acme").jwt(token()).id(id().signed()).build().is_err());
}

#[test]
fn a_header_is_signed_where_the_message_signature_has_to_cover_it() {
    let form = || schemes::MessageSignatureForm::new(schemes::MessageSignatureAlgorithm::HmacSha256);
    let id = || FieldPlace::header("x-event-id").unwrap();
    let _ = Recipe::builder("acme").message_signature(form()).id(id()).build().unwrap();
    let _ = Recipe::builder("acme")
        .message_signature(form().cover(["x-event-id"]).unwrap())
        .id(id().signed())
        .build()
        .unwrap();
    assert!(Recipe::builder("acme").message_signature(form()).id(id().signed()).build().is_err());
}

#[test]
fn a_value_after_a_sorted_form_cannot_grow_into_it() {
    let recipe = Recipe::builder("acme")
        .signature(SignaturePlace::header("x-sig").unwrap())
        .content("{sorted_form}.{header:x-event-id}")
        .unwrap()
        .id(FieldPlace::header("x-event-id").unwrap().signed())
        .build()
        .unwrap();
    let sign = |body: &'static str, id: &'static str| {
        head(testing::sign(&recipe, &secret()).header("x-event-id", id).body(body))
    };
    let mut cut = sign("a=b.c", "d");
    check(&recipe, &cut, b"a=b.c").unwrap();
    set(&mut cut, "x-event-id", "c.d");
    refused(&recipe, &cut, b"a=b", Malformed);
}

#[test]
fn a_field_of_a_sorted_form_is_not_signed_as_an_id() {
    // `id=1&tail=x` and `id=1tailx` have one signature.
    let recipe = || {
        Recipe::builder("acme").signature(SignaturePlace::header("x-sig").unwrap()).content("{sorted_form}").unwrap()
    };
    let _ = recipe().id(FieldPlace::form("id").unwrap()).build().unwrap();
    assert!(recipe().id(FieldPlace::form("id").unwrap().signed()).build().is_err());
}
