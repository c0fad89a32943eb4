//! What cannot be seen from outside: where the tag comes from that tells one delivery from another.
#![allow(clippy::unwrap_used)]

use super::{Recipe, STRIPE, Scheme, SchemeInput, Verification};
use crate::{
    secrets::{Key, Keyring, Secret},
    testing,
    time::UnixTime,
};
use http::{HeaderValue, request::Parts};

const NOW: UnixTime = UnixTime::from_seconds(1_764_000_000);

fn secret(name: &str) -> Secret {
    Secret::new(format!("whsec_{}", name.repeat(8))).unwrap()
}

fn key(name: &str) -> Key {
    Key::new(secret(name))
}

fn signed_with(names: &[&str]) -> Parts {
    let signing = testing::sign(&STRIPE, &secret(names[0])).at(NOW).body("{}");
    let signing = names[1..].iter().fold(signing, |signing, name| signing.also_with(&secret(name)));
    signing.build().unwrap().into_parts().0
}

fn verify(head: &Parts, keys: &Keyring) -> Verification {
    STRIPE.verify(&SchemeInput::new(head, b"{}", NOW), keys).unwrap()
}

fn material(head: &Parts, keys: &Keyring) -> Vec<u8> {
    verify(head, keys).replay_material.unwrap().as_bytes().to_vec()
}

#[test]
fn the_oldest_key_tells_deliveries_apart_whichever_signature_is_kept() {
    let both = Keyring::new(key("new")).previous(key("old"));
    let of_old = material(&signed_with(&["old"]), &Keyring::new(key("old")));
    for names in [&["new"][..], &["old"], &["new", "old"], &["old", "new"], &["new", "new"]] {
        assert_eq!(material(&signed_with(names), &both), of_old);
    }
    let altered = signed_with(&["new"]);
    assert_ne!(material(&altered, &Keyring::new(key("new"))), of_old);
}

#[test]
fn the_oldest_key_tells_deliveries_apart_even_when_it_no_longer_counts() {
    let expired = key("old").not_after(UnixTime::from_seconds(1));
    let ring = Keyring::new(key("new")).previous(expired.clone());
    let of_old = material(&signed_with(&["old"]), &Keyring::new(key("old")));
    assert_eq!(material(&signed_with(&["new", "old"]), &ring), of_old);
    let input_head = signed_with(&["old"]);
    let result = STRIPE.verify(&SchemeInput::new(&input_head, b"{}", NOW), &ring);
    assert!(result.is_err(), "though its signature is not accepted any more");
}

#[test]
fn a_key_of_the_wrong_form_does_not_make_deliveries_alike() {
    let broken = Key::new(Secret::new("whsec_no base64, is it?").unwrap());
    let hashed = super::STANDARD_WEBHOOKS;
    let material = |id: &str, keys: &Keyring| {
        let head = testing::sign(&hashed, &secret("newk")).at(NOW).id(id).build().unwrap().into_parts().0;
        let verification = hashed.verify(&SchemeInput::new(&head, b"", NOW), keys).unwrap();
        verification.replay_material.unwrap().as_bytes().to_vec()
    };
    let alone = Keyring::new(key("newk"));
    let ring = Keyring::new(key("newk")).previous(broken);
    assert_eq!(material("a", &ring), material("a", &alone));
    assert_ne!(material("a", &ring), material("b", &ring));
}

#[test]
fn a_verification_says_what_was_found() {
    let head = signed_with(&["new"]);
    let verification = verify(&head, &Keyring::new(key("new")));
    assert_eq!(verification.timestamp, Some(NOW));
    assert!(verification.id.unwrap().signed && verification.kind.unwrap().signed);

    let mut head = testing::sign(&super::GITHUB, &secret("new")).id("delivery").build().unwrap().into_parts().0;
    head.headers.insert("x-github-event", HeaderValue::from_static("push"));
    let found = super::GITHUB.verify(&SchemeInput::new(&head, b"", NOW), &Keyring::new(key("new"))).unwrap();
    assert!(!found.id.unwrap().signed && !found.kind.unwrap().signed);
    assert_eq!(found.timestamp, None);
}

#[test]
fn no_constant_is_deduplicated_on_an_unsafe_id() {
    let id = |recipe: &Recipe| recipe.id.as_ref().map(|id| id.signed);
    assert_eq!(id(&super::ECOURTDATE), None);
    assert_eq!(id(&super::EKA), None);
    assert_eq!(id(&super::GITHUB), Some(false));
    assert_eq!(id(&super::SHOPIFY), Some(false));
    assert_eq!(id(&super::STANDARD_WEBHOOKS), Some(true));
}
