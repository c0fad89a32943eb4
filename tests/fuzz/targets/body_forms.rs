//! Arbitrary bodies where another form of them is signed, rendered as JavaScript does or as a sorted form: never a
//! panic, never a match.
#![no_main]

use http::Request;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use tower_webhook::{
    Keyring, Recipe, Secret, UnixTime,
    schemes::{BodyForm, FieldPlace, Scheme, SchemeInput, SignaturePlace},
};

static RECIPES: LazyLock<[Recipe; 4]> = LazyLock::new(|| {
    let builder = || Recipe::builder("acme").signature(SignaturePlace::header("x-signature").unwrap());
    [
        builder().body_form(BodyForm::JSON_STRINGIFY).build().unwrap(),
        builder().body_form(BodyForm::gunzipped(1 << 16)).build().unwrap(),
        builder().content("{sorted_form}").unwrap().build().unwrap(),
        builder()
            .content("{form:a}")
            .unwrap()
            .id(FieldPlace::form("a").unwrap().signed())
            .signature(SignaturePlace::form("signature").unwrap())
            .build()
            .unwrap(),
    ]
});

fuzz_target!(|body: &[u8]| {
    let (head, ()) = Request::post("/").header("x-signature", "00".repeat(32)).body(()).unwrap().into_parts();
    let keys = Keyring::new(Secret::new("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
    for recipe in &*RECIPES {
        let input = SchemeInput::new(&head, body, UnixTime::from_seconds(1_764_000_000));
        assert!(recipe.verify(&input, &keys).is_err());
    }
});
