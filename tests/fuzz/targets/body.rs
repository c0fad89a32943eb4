//! Arbitrary bodies, with a plausible signature: never a panic, never a match.
#![no_main]

use http::Request;
use libfuzzer_sys::fuzz_target;
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{Scheme, SchemeInput, TEXTUS},
};

fuzz_target!(|body: &[u8]| {
    let (head, ()) = Request::post("/").header("x-textus-signature", "00".repeat(32)).body(()).unwrap().into_parts();
    let keys = Keyring::new(Secret::new("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
    let input = SchemeInput::new(&head, body, UnixTime::from_seconds(1_764_000_000));
    assert!(TEXTUS.verify(&input, &keys).is_err());
});
