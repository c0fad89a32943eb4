//! Arbitrary JSON as a recipe: refused with a reason, or a scheme that never panics and never takes what nobody signed.
#![no_main]

use http::Request;
use libfuzzer_sys::fuzz_target;
use tower_webhook::{
    Keyring, Recipe, Secret, UnixTime,
    schemes::{Scheme, SchemeInput},
};

fuzz_target!(|input: (&str, &str, &[u8])| {
    let (text, value, body) = input;
    let recipe = match serde_json::from_str::<Recipe>(text) {
        Ok(recipe) => recipe,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let request = Request::post("/a?b=c").header("a", value).header("x-signature", value).header("x-time", "1764000000");
    let Ok(request) = request.body(()) else { return };
    let (head, ()) = request.into_parts();
    let keys = Keyring::new(Secret::new("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
    let now = UnixTime::from_seconds(1_764_000_000);
    let _ = recipe.check_keys(&keys);
    let _ = recipe.precheck(&head, now);
    assert!(recipe.verify(&SchemeInput::new(&head, body, now), &keys).is_err());
});
