//! Several signatures, several keys.

use crate::{Case, NOW, cases, head, verify};
use tower_webhook::{
    Key, Keyring, Secret, UnixTime,
    schemes::{Recipe, SchemeErrorKind::Mismatch, SignaturePlace},
    testing,
};

fn secret(name: &str) -> Secret {
    Secret::new(format!("whsec_{}", name.repeat(8))).unwrap()
}

fn key(name: &str) -> Key {
    Key::new(secret(name)).id(name.to_owned()).unwrap()
}

fn accepted_by(case: &Case, head: &http::request::Parts, keys: &[Key]) -> Option<String> {
    let keys = Keyring::from_keys(keys.iter().cloned()).unwrap();
    match verify(case.recipe, head, b"{}", &keys, crate::now()) {
        Ok(verification) => Some(verification.key_id().to_owned()),
        Err(error) => {
            assert_eq!(error.kind(), Mismatch);
            None
        }
    }
}

fn signed_with(case: &Case, names: &[&str]) -> http::request::Parts {
    let mut signing = testing::sign(case.recipe, &secret(names[0])).at(crate::now()).body("{}");
    if case.name() == "standard_webhooks" {
        signing = signing.id("msg_1");
    }
    head(names[1..].iter().fold(signing, |signing, name| signing.also_with(&secret(name))))
}

#[test]
fn any_signature_that_fits_any_active_key_will_do() {
    for case in cases().iter().filter(|case| matches!(case.name(), "stripe" | "standard_webhooks" | "eka")) {
        for signed in [&["newk", "oldk"][..], &["oldk", "newk"], &["else", "newk", "oldk"]] {
            let head = signed_with(case, signed);
            assert_eq!(accepted_by(case, &head, &[key("newk"), key("oldk")]).as_deref(), Some("newk"));
            assert_eq!(accepted_by(case, &head, &[key("oldk"), key("newk")]).as_deref(), Some("oldk"));
            assert_eq!(accepted_by(case, &head, &[key("none"), key("oldk")]).as_deref(), Some("oldk"));
            assert_eq!(accepted_by(case, &head, &[key("none")]), None);
        }
        let head = signed_with(case, &["oldk"]);
        assert_eq!(accepted_by(case, &head, &[key("newk"), key("oldk")]).as_deref(), Some("oldk"));
        assert_eq!(accepted_by(case, &head, &[key("newk"), key("none")]), None);
    }
}

#[test]
fn a_key_counts_in_its_time_only() {
    for case in cases().iter().filter(|case| case.name() == "stripe") {
        let head = signed_with(case, &["oldk"]);
        let at = |seconds| UnixTime::from_seconds(NOW + seconds);
        for (old, counts) in [
            (key("oldk").not_after(at(0)), true),
            (key("oldk").not_after(at(-1)), false),
            (key("oldk").not_before(at(0)), true),
            (key("oldk").not_before(at(1)), false),
        ] {
            let expected = counts.then(|| "oldk".to_owned());
            assert_eq!(accepted_by(case, &head, std::slice::from_ref(&old)), expected);
            assert_eq!(accepted_by(case, &head, &[key("newk"), old.clone()]), expected);
            assert_eq!(accepted_by(case, &head, &[old, key("newk")]), expected);
        }
    }
}

#[test]
fn one_ring_serves_several_schemes() {
    let keys = Keyring::new(secret("both"));
    for case in cases().iter().filter(|case| !case.time_in_body() && case.name() != "partner") {
        let head = signed_with(case, &["both"]);
        verify(case.recipe, &head, b"{}", &keys, crate::now()).unwrap();
    }
}

#[test]
fn numbered_and_repeated_headers_hold_one_signature_each() {
    let header = |name| SignaturePlace::header(name).unwrap();
    let places: [&[SignaturePlace]; 4] = [
        &[SignaturePlace::numbered_headers("X-Docusign-Signature-{n}", 4).unwrap()],
        &[header("x-mollie-signature").optional_prefix("sha256=").repeated()],
        &[header("box-signature-primary"), header("box-signature-secondary")],
        &[header("x-list").list(",").unwrap()],
    ];
    for places in places {
        let recipe = places.iter().cloned().fold(Recipe::builder("several"), |builder, place| builder.signature(place));
        let recipe = recipe.build().unwrap();
        let head = head(testing::sign(&recipe, &secret("newk")).also_with(&secret("oldk")).body("{}"));
        for name in ["newk", "oldk"] {
            verify(&recipe, &head, b"{}", &Keyring::new(secret(name)), crate::now()).unwrap();
        }
        let other = verify(&recipe, &head, b"{}", &Keyring::new(secret("none")), crate::now());
        assert_eq!(other.unwrap_err().kind(), Mismatch);
    }
}
