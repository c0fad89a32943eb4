//! What is signed can be cut into its values in one way only.

use crate::{NOW, head, set, verify};
use http::{Method, request::Parts};
use tower_webhook::{
    Key, Keyring, Secret,
    schemes::{
        FieldPlace, Recipe, RecipeBuilder, Scheme,
        SchemeErrorKind::{self, Malformed, Mismatch},
        SchemeInput, SecretEncoding, SignaturePlace, TimestampPlace, TimestampUnit,
    },
    testing::{self, Signing},
};

const BODY: &str = r#"{"a":1,"b":2}"#;

fn secret() -> Secret {
    Secret::new("what do ya want for nothing?").unwrap()
}

fn builder(content: &str) -> RecipeBuilder {
    Recipe::builder("acme")
        .signature(SignaturePlace::header("x-signature").unwrap())
        .id(FieldPlace::header("x-id").unwrap())
        .content(content)
        .unwrap()
}

fn recipe(content: &str) -> Recipe {
    builder(content).build().unwrap()
}

fn timed(content: &str) -> Recipe {
    builder(content).timestamp(TimestampPlace::header("x-ts").unwrap()).build().unwrap()
}

fn signing(recipe: &Recipe) -> Signing {
    testing::sign(recipe, &secret()).at(crate::now()).id("evt_1")
}

fn check(recipe: &Recipe, head: &Parts, body: impl AsRef<[u8]>) -> Result<(), SchemeErrorKind> {
    let result = verify(recipe, head, body.as_ref(), &Keyring::new(secret()), crate::now());
    result.map(|_| ()).map_err(|error| error.kind())
}

/// The tag over `content`, made by a recipe that takes it from the body.
fn forge(head: &mut Parts, content: &str) {
    let plain = Recipe::builder("plain").signature(SignaturePlace::header("x-signature").unwrap()).build().unwrap();
    let signed = testing::sign(&plain, &secret()).body(content.to_owned()).headers().unwrap();
    head.headers.insert("x-signature", signed["x-signature"].clone());
}

#[test]
fn values_side_by_side_are_refused_at_start() {
    for content in [
        "{id}{body}",
        "{body}{id}",
        "{header:a}{header:b}",
        "{url}{body}",
        "{path}{body}",
        "{json:/a}{body}",
        "{query:a}{body}",
        "{id}.{timestamp}.{id}{body}",
        "{timestamp}{id}{body}",
        "{body}{body}",
        "{header:x-other}{body}",
        "{method}{url}\n{body}",
        "{timestamp}{path}\n{body}",
        "{path}{timestamp}\n{body}",
        "{header:x-ts}0{body}",
    ] {
        let mut builder = builder(content).public_origin("https://hooks.example.com").unwrap();
        if content.contains("{timestamp}") || content.contains("{header:x-ts}") {
            builder = builder.timestamp(TimestampPlace::header("x-ts").unwrap());
        }
        let error = builder.build().unwrap_err();
        assert_eq!(error.field(), "content", "{content}: {error}");
    }
    let error = builder("{id}{body}").build().unwrap_err();
    assert!(error.to_string().contains("has {id} and {body} side by side"), "{error}");
    assert!(builder("{header:x-ts}{body}").build().is_err(), "a header that is not the time's");
}

#[test]
fn the_time_and_the_method_may_stand_beside_values() {
    for content in [
        "{timestamp}{body}",
        "{body}{timestamp}",
        "{header:x-ts}{body}",
        "{header:X-TS}{id}.{body}",
        "{id}{timestamp}{body}",
        "{id}{header:x-ts}{body}",
        "{body}{timestamp}{id}",
        "{timestamp}{method}{body}",
        "{id}{method}.{timestamp}.{body}",
    ] {
        let recipe = timed(content);
        let parts = head(signing(&recipe).body(BODY));
        assert_eq!(check(&recipe, &parts, BODY), Ok(()), "{content}");
        assert_eq!(check(&recipe, &parts, "{}"), Err(Mismatch), "{content}");
    }
}

#[test]
fn a_body_cannot_be_moved_into_an_id() {
    for content in ["{id}{timestamp}{body}", "{id}{header:x-ts}{body}"] {
        let recipe = timed(content);
        // Somebody got the sender to write a time into the body.
        let start = r#"{"a":1,"b":"#;
        let body = format!("{start}{NOW}}}");
        let mut parts = head(signing(&recipe).body(body.clone()));
        assert_eq!(check(&recipe, &parts, &body), Ok(()));
        set(&mut parts, "x-id", format!("evt_1{NOW}{start}"));
        assert_eq!(check(&recipe, &parts, "}"), Err(Malformed));
        assert!(recipe.precheck(&parts, crate::now()).is_err(), "the head is enough to see it");
        let again = signing(&recipe).id(format!("evt_1{NOW}{start}")).body("}");
        assert!(again.build().is_err(), "and nothing is signed that way");
    }
    let recipe = timed("{body}{timestamp}{id}");
    let body = format!(r#"[{NOW},"b"]"#);
    let mut parts = head(signing(&recipe).body(body.clone()));
    assert_eq!(check(&recipe, &parts, &body), Ok(()));
    set(&mut parts, "x-id", format!(r#","b"]{NOW}evt_1"#));
    assert_eq!(check(&recipe, &parts, "["), Err(Malformed));
}

#[test]
fn values_without_a_delimiter_are_ids_and_nonces() {
    let recipe = timed("{id}{timestamp}{body}");
    let with = |id: &str| signing(&recipe).id(id).body(BODY).build().is_ok();
    assert!(with("AZaz09._~:-"));
    for other in ["a b", "a{b", "a\"b", "a,b", "a/b", "a=b", "a+b", "[", "a}", "a%b"] {
        assert!(!with(other), "{other}");
    }
    let delimited = timed("{id}.{timestamp}.{body}");
    assert!(signing(&delimited).id("a{b").build().is_ok(), "where there is a delimiter, anything else will do");
}

#[test]
fn only_common_methods_stand_beside_values() {
    let recipe = timed("{method}{id}.{timestamp}.{body}");
    let mut parts = head(signing(&recipe).body(BODY));
    assert_eq!(check(&recipe, &parts, BODY), Ok(()));
    parts.method = Method::from_bytes(b"POSTevt").unwrap();
    set(&mut parts, "x-id", "_1");
    assert_eq!(check(&recipe, &parts, BODY), Err(Malformed));
}

#[test]
fn a_delimiter_cannot_be_moved_into_the_value_before_it() {
    for (delimiter, id) in [("--", "evt-"), ("::", "evt:"), ("||", "evt|"), ("abab", "evtab"), ("aaa", "evtaa")] {
        let recipe = recipe(&format!("{{id}}{delimiter}{{body}}"));
        let split = delimiter.len() - (id.len() - "evt".len());
        let body = format!("{}x", &delimiter[split..]);
        // Both say `evt----x`, or the like.
        assert_eq!(format!("{id}{delimiter}x"), format!("evt{delimiter}{body}"));
        let mut parts = head(signing(&recipe).id("evt").body(body.clone()));
        assert_eq!(check(&recipe, &parts, &body), Ok(()), "{delimiter}");
        set(&mut parts, "x-id", id);
        assert_eq!(check(&recipe, &parts, "x"), Err(Malformed), "{delimiter}");
        set(&mut parts, "x-id", format!("evt{delimiter}x"));
        assert_eq!(check(&recipe, &parts, "x"), Err(Malformed), "{delimiter}");
        set(&mut parts, "x-id", delimiter);
        assert_eq!(check(&recipe, &parts, "x"), Err(Malformed), "{delimiter}");
    }
    let recipe = recipe("{id}--{body}");
    for id in ["-evt", "e-v-t"] {
        let parts = head(signing(&recipe).id(id).body("x"));
        assert_eq!(check(&recipe, &parts, "x"), Ok(()), "a part of the delimiter elsewhere is harmless: {id}");
    }
}

#[test]
fn a_delimiter_cannot_be_moved_into_the_value_after_it() {
    for (delimiter, id) in [("--", "-evt"), ("::", ":evt"), ("||", "|evt"), ("abab", "abevt"), ("aaa", "aaevt")] {
        let recipe = recipe(&format!("{{body}}{delimiter}{{id}}"));
        let body = format!("x{}", &delimiter[..id.len() - "evt".len()]);
        assert_eq!(format!("x{delimiter}{id}"), format!("{body}{delimiter}evt"));
        let mut parts = head(signing(&recipe).id("evt").body(body.clone()));
        assert_eq!(check(&recipe, &parts, &body), Ok(()), "{delimiter}");
        for moved in [id.to_owned(), format!("x{delimiter}evt"), delimiter.to_owned()] {
            set(&mut parts, "x-id", &moved);
            assert_eq!(check(&recipe, &parts, "x"), Err(Malformed), "{delimiter} {moved}");
        }
    }
    let recipe = recipe("{body}--{id}");
    for id in ["evt-", "e-v-t"] {
        let parts = head(signing(&recipe).id(id).body("x"));
        assert_eq!(check(&recipe, &parts, "x"), Ok(()), "a part of the delimiter elsewhere is harmless: {id}");
    }
}

#[test]
fn the_header_of_the_time_is_held_to_the_grammar_of_times_alone() {
    let place = TimestampPlace::header("x-ts").unwrap().unit(TimestampUnit::Rfc3339);
    let recipe = builder("{header:x-ts}.{body}").timestamp(place).build().unwrap();
    let mut parts = http::Request::post("/").header("x-ts", "2025-11-24T16:00:00.5Z").body(()).unwrap().into_parts().0;
    set(&mut parts, "x-id", "evt_1");
    forge(&mut parts, &format!("2025-11-24T16:00:00.5Z.{BODY}"));
    assert_eq!(check(&recipe, &parts, BODY), Ok(()));
}

#[test]
fn a_key_of_the_wrong_form_is_a_key_that_does_not_match() {
    let recipe = builder("{body}").secret(SecretEncoding::Hex).build().unwrap();
    let good = || Key::new(Secret::new("6b6579206f6620612070726f76696465").unwrap()).id("good".to_owned()).unwrap();
    let bad = || Key::new(Secret::new("no hex at all, is it").unwrap()).id("bad".to_owned()).unwrap();
    let other = || Key::new(Secret::new("00112233445566778899aabbccddeeff").unwrap()).id("other".to_owned()).unwrap();
    let hex = Secret::new("6b6579206f6620612070726f76696465").unwrap();
    let parts = head(testing::sign(&recipe, &hex).body(BODY));
    let verify = |keys: &[Key]| {
        let keys = Keyring::from_keys(keys.iter().cloned()).unwrap();
        recipe.verify(&SchemeInput::new(&parts, BODY.as_bytes(), crate::now()), &keys)
    };
    for keys in [[bad(), good()], [good(), bad()]] {
        assert_eq!(verify(&keys).unwrap().key_id(), "good");
    }
    let errors = [verify(&[bad()]), verify(&[other()]), verify(&[other(), bad()])].map(Result::unwrap_err);
    for error in errors {
        assert_eq!((error.kind(), error.hint_text()), (Mismatch, None));
    }
}

#[test]
fn a_request_to_be_signed_does_not_print_what_is_in_it() {
    let signing = testing::sign(&tower_webhook::schemes::PARTNER, &secret())
        .api_key("pk_private")
        .header("authorization", "Bearer private")
        .uri("/?token=private")
        .body("private");
    let printed = format!("{signing:?}");
    assert!(printed.contains("partner") && !printed.contains("private"), "{printed}");
    assert!(!printed.contains("112"), "nor as a list of bytes: {printed}");
}
