//! Arbitrary headers through every preset: never a panic, never a match.
#![no_main]

use http::{HeaderName, HeaderValue, Request};
use libfuzzer_sys::fuzz_target;
use tower_webhook::{
    Keyring, Secret, UnixTime,
    schemes::{self, Scheme, SchemeInput},
};

/// All the headers that presets read.
const NAMES: [&str; 16] = [
    "x-ecd-signature",
    "x-comapi-signature",
    "x-api-key",
    "x-webhook-signature",
    "x-timestamp",
    "x-textus-signature",
    "eka-webhook-signature",
    "x-hub-signature-256",
    "x-github-delivery",
    "stripe-signature",
    "x-slack-signature",
    "x-slack-request-timestamp",
    "x-shopify-hmac-sha256",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];

fuzz_target!(|lines: Vec<(u8, Vec<u8>)>| {
    let (mut head, ()) = Request::post("/").body(()).unwrap().into_parts();
    for (name, value) in lines.iter().take(64) {
        let name = HeaderName::from_static(NAMES[usize::from(*name) % NAMES.len()]);
        if let Ok(value) = HeaderValue::from_bytes(value) {
            head.headers.append(name, value);
        }
    }
    let keys = Keyring::new(Secret::new("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
    let now = UnixTime::from_seconds(1_764_000_000);
    for recipe in schemes::ALL {
        let _ = recipe.precheck(&head, now);
        let input = SchemeInput::new(&head, b"{\"timestamp\":1764000000}", now);
        assert!(recipe.verify(&input, &keys).is_err());
    }
});
